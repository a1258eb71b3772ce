import { onDemand } from '@/components/ui/on-demand';

/** Comes with the second account: who has one does not carry it. */
export const InboxJoiner = onDemand(() => import('./inbox-joiner').then((module) => module.InboxJoiner));
