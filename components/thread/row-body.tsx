'use client';
/** The words of a row: who and when, what about, and the marks in their fixed order (page.md §4). */
import { CornerUpLeft, CornerUpRight, Paperclip, Star } from 'lucide-react';
import { useMailboxName } from '@/components/shell/use-place-name';
import type { Row } from '@/lib/client/row';
import { fullTime, listTime } from '@/lib/i18n/dates';
import type { Preferences } from '@/lib/i18n/preferences';
import type { Mailbox, SearchSnippet } from '@/lib/jmap/types';
import { CELL } from './grid-roles';
import { RowPeople } from './row-people';
import { RowPreview, RowText } from './row-text';
import { useClock } from './use-clock';

/** What the list's place makes of every row. */
export interface RowLook {
  phone: boolean;
  /** Swiped and pressed long; not hovered, not dragged. */
  fingers: boolean;
  density: Preferences['density'];
  /** Recipients instead of senders. */
  to: boolean;
}

export interface RowBodyProps {
  row: Row;
  look: RowLook;
  /** Of a search. */
  snippet: SearchSnippet | undefined;
  /** A search everywhere says where each mail lies. */
  foundIn: Mailbox | undefined;
}

export function RowBody({ row, look, snippet, foundIn, hovered }: RowBodyProps & { hovered: boolean }) {
  const { phone, density, to } = look;
  const clock = useClock();
  const at = Date.parse(row.email.receivedAt);
  const time = (
    <time
      dateTime={row.email.receivedAt}
      // Written for who points at it: in every row it would weigh more than what is seen.
      title={hovered ? fullTime(at, clock) : undefined}
      className="ms-2 shrink-0 text-end text-meta text-text-3"
    >
      {listTime(at, clock)}
    </time>
  );
  const people = <RowPeople row={row} to={to} />;
  if (density === 'dense' && !phone) {
    return (
      <span {...CELL} className="flex min-w-0 flex-1 items-center gap-2">
        <span className="w-40 shrink-0 truncate">{people}</span>
        <RowText row={row} snippet={snippet} inline />
        <Marks row={row} foundIn={foundIn} />
        {time}
      </span>
    );
  }
  const tall = phone || density === 'comfortable';
  return (
    <span {...CELL} className="flex min-w-0 flex-1 flex-col gap-0.5">
      <span className="flex min-w-0 items-baseline">
        <span className="min-w-24 flex-1 truncate">{people}</span>
        {time}
      </span>
      <span className="flex min-w-0 items-center gap-2">
        <RowText row={row} snippet={snippet} inline={!tall} />
        <Marks row={row} foundIn={foundIn} />
      </span>
      {tall && <RowPreview row={row} snippet={snippet} />}
    </span>
  );
}

function Marks({ row, foundIn }: Pick<RowBodyProps, 'row' | 'foundIn'>) {
  const { keywords } = row.email;
  const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const;
  return (
    <span className="ms-auto flex shrink-0 items-center gap-1 text-text-3">
      {foundIn && <FoundIn mailbox={foundIn} />}
      {keywords.$answered && <CornerUpLeft {...icon} className="mirror" />}
      {keywords.$forwarded && <CornerUpRight {...icon} className="mirror" />}
      {row.hasAttachment && <Paperclip {...icon} />}
      {row.starred && <Star {...icon} fill="currentColor" className="text-star" />}
    </span>
  );
}

function FoundIn({ mailbox }: { mailbox: Mailbox }) {
  const nameOf = useMailboxName();
  return <span className="max-w-24 truncate text-meta">{nameOf(mailbox)}</span>;
}
