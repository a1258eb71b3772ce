/** Rows dragged to a folder. The ids stay in this page: another window or program gets nothing of them. */
import type { DragEvent } from 'react';
import type { Id } from '@/lib/jmap/types';

interface Dragged {
  accountId: Id;
  ids: readonly Id[];
  from: Id | null;
}

const TYPE = 'application/x-gatepost';
let current: Dragged | null = null;

export function startDrag(event: DragEvent, dragged: Dragged, words: string): void {
  current = dragged;
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData(TYPE, '');
  const ghost = document.createElement('div');
  ghost.textContent = words;
  ghost.className = 'fixed -top-20 start-0 rounded-control bg-accent px-3 py-1 text-on-accent text-ui';
  document.body.append(ghost);
  event.dataTransfer.setDragImage(ghost, 12, 12);
  requestAnimationFrame(() => ghost.remove());
}

export function draggedEmails(event: DragEvent, accountId: Id): Dragged | null {
  return event.dataTransfer.types.includes(TYPE) && current?.accountId === accountId ? current : null;
}
