'use client';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useClient } from '@/lib/client/hooks';
import { keyed } from './keyed';
import { linkWarning } from './link-warning';
import { linkified } from './linkify';
import { parsePlainText, type TextBlock, unquoted } from './plain-text';

export function TextBody({ accountId, text }: { accountId: string; text: string }) {
  const t = useTranslations('read');
  const { blocks, tail } = useMemo(() => parsePlainText(text), [text]);
  const [open, setOpen] = useState(false);
  return (
    <div className="max-w-180 whitespace-pre-wrap break-words px-4 py-4 text-body md:px-6" dir="auto">
      <Blocks accountId={accountId} blocks={blocks} />
      {tail.length > 0 && (
        <>
          <Button
            look="outline"
            aria-expanded={open}
            aria-label={t('showQuote')}
            onClick={() => setOpen(!open)}
            className="my-2 print:hidden"
          >
            {'\u2022\u2022\u2022'}
          </Button>
          <div className={open ? undefined : 'hidden print:block'}>
            <Blocks accountId={accountId} blocks={tail} />
          </div>
        </>
      )}
    </div>
  );
}

function Blocks({ accountId, blocks }: { accountId: string; blocks: readonly TextBlock[] }) {
  return keyed(blocks, ({ kind }) => kind).map(({ key, item }) => {
    if (item.kind === 'text') return <Linked key={key} accountId={accountId} text={`${item.text}\n\n`} />;
    return <Quote key={key} accountId={accountId} text={item.text} />;
  });
}

function Quote({ accountId, text }: { accountId: string; text: string }) {
  return keyed(unquoted(text), ({ depth }) => String(depth)).map(({ key, item }) => (
    <blockquote
      key={key}
      className="border-control border-s-2 ps-3 text-text-2"
      style={{ marginInlineStart: `${(Math.min(item.depth, 6) - 1) * 0.75}rem` }}
    >
      <Linked accountId={accountId} text={`${item.text}\n`} />
    </blockquote>
  ));
}

function Linked({ accountId, text }: { accountId: string; text: string }) {
  const client = useClient();
  const pieces = useMemo(() => linkified(text), [text]);
  return pieces.map(({ at, text: words, href }) => {
    if (href === null) return words;
    if (href.startsWith('mailto:')) {
      const write = () => client.write({ kind: 'new', accountId, mailto: href });
      return (
        <a
          key={at}
          href={href}
          className="underline"
          onClick={(event) => {
            event.preventDefault();
            write();
          }}
        >
          {words}
        </a>
      );
    }
    const warning = linkWarning(words, href);
    return (
      <a key={at} href={href} target="_blank" rel="noopener noreferrer" className="underline">
        {words}
        {warning !== null && <span className="text-row text-warn"> ({warning})</span>}
      </a>
    );
  });
}
