import type { Metadata } from 'next';
import { MailPage } from '@/app/(mail)/mail-page';
import { parseRoute } from '@/lib/client/route';

/** The screen writes its own title, with the count of unread mail in it. */
export const metadata: Metadata = { title: null };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SearchPage({ searchParams }: Props) {
  const entries = Object.entries(await searchParams).map(([name, value]) => [name, [value].flat()[0] ?? '']);
  return <MailPage route={parseRoute('/search', new URLSearchParams(entries))} />;
}
