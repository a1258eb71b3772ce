'use client';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { MenuButton } from '@/components/ui/menu';
import { chipLabel } from '@/lib/client/composer/chips';
import { isAddress } from '@/lib/client/draft/address-input';
import type { EmailAddress } from '@/lib/jmap/types';
import { take } from './dragged-recipient';

export interface OtherLine {
  line: string;
  label: string;
}

interface Props {
  address: EmailAddress;
  /** The line that it stands in. */
  line: string;
  onMove: (by: 1 | -1) => void;
  /** Other lines, for who does not drag (WCAG 2.5.7). */
  elsewhere: readonly OtherLine[];
  /** Where the focus goes: the one before, or the one that takes this place. */
  onRemove: (towards: 0 | -1) => void;
  onEdit: () => void;
  onMoveTo: (line: string) => void;
}

/** Pressed it offers what can be done; the keys do it without asking. */
export function RecipientChip({ address, line, elsewhere, onMove, onRemove, onEdit, onMoveTo }: Props) {
  const t = useTranslations('composer');
  const wrong = !isAddress(address.email);
  const label = chipLabel(address);
  return (
    <li draggable onDragStart={(event) => take(event, { from: line, address })} className="flex max-w-full">
      <MenuButton
        label={label}
        items={[
          { id: 'edit', label: t('editRecipient'), onSelect: onEdit },
          {
            id: 'copy',
            label: t('copyAddress'),
            onSelect: () => void navigator.clipboard.writeText(address.email),
          },
          ...elsewhere.map((other) => ({
            id: other.line,
            label: t('moveRecipient', { line: other.label }),
            onSelect: () => onMoveTo(other.line),
          })),
          { id: 'remove', label: t('removeRecipient'), shortcut: 'Delete', onSelect: () => onRemove(0) },
        ]}
      >
        {(button) => (
          <button
            {...button}
            type="button"
            tabIndex={-1}
            data-chip=""
            title={wrong ? t('badAddress', { address: address.email }) : address.email}
            onKeyDown={(event) => {
              if (event.key === 'ArrowLeft') onMove(-1);
              else if (event.key === 'ArrowRight') onMove(1);
              else if (event.key === 'Backspace') onRemove(-1);
              else if (event.key === 'Delete') onRemove(0);
              else return;
              event.preventDefault();
            }}
            className="target flex max-w-full items-center rounded-chip"
          >
            <span
              data-edge=""
              className={cx(
                'inline-flex h-7 max-w-full items-center gap-1 rounded-chip border px-2 text-ui',
                wrong ? 'border-danger text-danger' : 'border-line bg-pane text-text',
              )}
            >
              <span className="truncate">{label}</span>
              {wrong && <span className="shrink-0 font-medium text-meta">{t('notAnAddress')}</span>}
            </span>
            {address.name && <span className="sr-only">{address.email}</span>}
          </button>
        )}
      </MenuButton>
    </li>
  );
}
