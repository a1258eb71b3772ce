'use client';
/** What the server painted goes into the store: at once while nobody watches it, after the render later. */
import { useEffect, useState } from 'react';
import { type FirstPaint, withFirstPaint } from '@/lib/client/first-paint';
import { useClient } from '@/lib/client/hooks';

export function useFirstPaint(first: readonly FirstPaint[]): void {
  const client = useClient();
  const [painted] = useState(() => {
    if (client.store.watched) return null;
    withFirstPaint(client, first);
    return first;
  });
  useEffect(() => {
    if (painted !== first) withFirstPaint(client, first);
    for (const { accountId } of first) void client.loader.previews(accountId);
  }, [client, first, painted]);
}
