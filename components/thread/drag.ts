/** Rows dragged to a folder. The ids stay in this page: another window or program gets nothing of them. */
import type { DragEvent } from 'react';
import type { Part } from '@/lib/client/actions';
import type { Id } from '@/lib/jmap/types';

const TYPE = 'application/x-gatepost';
let current: readonly Part[] = [];

export function startDrag(event: DragEvent, dragged: readonly Part[], words: string): void {
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

/** Null where any of it is of another account: mail is moved within its own. */
export function draggedEmails(event: DragEvent, accountId: Id): Part | null {
  const [part, ...others] = event.dataTransfer.types.includes(TYPE) ? current : [];
  return part?.accountId === accountId && others.length === 0 ? part : null;
}
