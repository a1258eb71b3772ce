import { redirect } from 'next/navigation';
import { startPath } from '@/app/(mail)/start-path';

export default async function StartPage() {
  redirect(await startPath());
}
