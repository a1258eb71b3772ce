import { MailPage } from '@/app/(mail)/mail-page';
import { parseRoute } from '@/lib/client/route';

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SearchPage({ searchParams }: Props) {
  const entries = Object.entries(await searchParams).map(([name, value]) => [name, [value].flat()[0] ?? '']);
  return <MailPage route={parseRoute('/search', new URLSearchParams(entries))} />;
}
