'use client';
/** Gives the client to the page, filled with what the server has painted already. */
import { type ReactNode, useEffect, useState } from 'react';
import { Client } from '@/lib/client/client';
import { type FirstPaint, withFirstPaint } from '@/lib/client/first-paint';
import { ClientContext } from '@/lib/client/hooks';
import type { JmapSession } from '@/lib/jmap/types';

interface Props {
  session: JmapSession;
  first: readonly FirstPaint[];
  children: ReactNode;
}

export function ClientProvider({ session, first, children }: Props) {
  const [client] = useState(() => withFirstPaint(new Client(session), first));
  useEffect(() => client.start(), [client]);
  return <ClientContext value={client}>{children}</ClientContext>;
}
