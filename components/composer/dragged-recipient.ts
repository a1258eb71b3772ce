/** A chip on its way to another line. */
import type { DragEvent } from 'react';
import type { EmailAddress } from '@/lib/jmap/types';

const TYPE = 'application/x-gatepost-recipient';

export interface DraggedRecipient {
  /** The line that it leaves. */
  from: string;
  address: EmailAddress;
}

export function take({ dataTransfer }: DragEvent, dragged: DraggedRecipient): void {
  dataTransfer.setData(TYPE, JSON.stringify(dragged));
  dataTransfer.effectAllowed = 'move';
}

export const isRecipient = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes(TYPE);

export function dropped({ dataTransfer }: DragEvent): DraggedRecipient {
  return JSON.parse(dataTransfer.getData(TYPE)) as DraggedRecipient;
}
