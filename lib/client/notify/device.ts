'use client';
/** Whether this device announces new mail: its own choice, as far as the browser lets it. */
import { useSyncExternalStore } from 'react';

const NAME = 'gatepost-notify';
const EVENTS = ['storage', 'focus', NAME];

/** `blocked`: the browser was told to refuse, and does not ask again. */
export type DeviceNotices = 'on' | 'off' | 'blocked' | 'unsupported';

function read(): DeviceNotices {
  if (!('Notification' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && localStorage.getItem(NAME) === 'on' ? 'on' : 'off';
}

function subscribe(told: () => void): () => void {
  for (const event of EVENTS) window.addEventListener(event, told);
  return () => {
    for (const event of EVENTS) window.removeEventListener(event, told);
  };
}

export const useDeviceNotices = (): DeviceNotices => useSyncExternalStore(subscribe, read, () => 'off');

export function setDeviceNotices(on: boolean): void {
  localStorage.setItem(NAME, on ? 'on' : 'off');
  window.dispatchEvent(new Event(NAME));
}
