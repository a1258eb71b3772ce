'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Client } from '@/lib/client/client';
import { localDrafts } from '@/lib/client/composer/local-drafts';
import { useClient, useComposers } from '@/lib/client/hooks';

export function ComposeScreen() {
  const t = useTranslations('composer');
  const client = useClient();
  const router = useRouter();
  const { open } = useComposers();
  const key = useRef<string | null>(null);
  const shown = useRef(false);
  useEffect(() => {
    // Once, also where effects run twice.
    if (key.current !== null) return;
    const params = new URLSearchParams(window.location.search);
    key.current = params.get('key') ?? crypto.randomUUID();
    void start(client, key.current, params);
  }, [client]);
  useEffect(() => {
    if (open.some((composer) => composer.key === key.current)) shown.current = true;
    else if (shown.current) router.replace('/mail');
  }, [open, router]);
  return (
    <main className="h-dvh bg-pane">
      <h1 className="sr-only">{t('title')}</h1>
    </main>
  );
}

async function start(client: Client, key: string, params: URLSearchParams): Promise<void> {
  const [accountId] = client.store.accountIds;
  if (accountId === undefined) return;
  window.history.replaceState(null, '', `/compose?key=${encodeURIComponent(key)}`);
  const kept = await localDrafts.ofAccounts(client.store.accountIds);
  // What was open is restored by the host.
  if (kept.some((draft) => draft.key === key && draft.open)) return;
  const mailto = params.get('mailto') ?? undefined;
  const to = params.get('to') ?? undefined;
  client.composers.open({ kind: 'new', accountId, to, mailto }, key);
}
