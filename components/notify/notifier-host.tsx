'use client';
import { onDemand } from '@/components/ui/on-demand';
import { useDeviceNotices } from '@/lib/client/notify/device';

const Notifier = onDemand(() => import('./notifier').then((module) => module.Notifier));

/** Nothing of it where it is not wanted. */
export function NotifierHost() {
  return useDeviceNotices() === 'on' ? <Notifier /> : null;
}
