'use client';
import { Avatar } from '@/components/ui/avatar';
import { cx } from '@/components/ui/class-names';
import type { EmailAddress } from '@/lib/jmap/types';

interface Props {
  id: string;
  label: string;
  list: readonly EmailAddress[];
  at: number;
  onChoose: (address: EmailAddress) => void;
}

export function SuggestionList({ id, label, list, at, onChoose }: Props) {
  return (
    <div id={`${id}-list`} role="listbox" aria-label={label} className="py-1">
      {list.map((address, index) => (
        <button
          type="button"
          tabIndex={-1}
          key={address.email}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === at}
          // The field must not lose the focus, or it would make a chip of what is typed.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(address)}
          className={cx(
            'target flex w-full items-center text-start gap-3 px-3 py-1 text-ui',
            index === at ? 'bg-selected' : 'hover:bg-hover',
          )}
        >
          <Avatar name={address.name} email={address.email} size={32} />
          <span className="min-w-0 flex-1">
            <span className="block truncate text-text">{address.name || address.email}</span>
            {address.name && <span className="block truncate text-row text-text-2">{address.email}</span>}
          </span>
        </button>
      ))}
    </div>
  );
}
