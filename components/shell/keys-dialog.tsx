'use client';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';

const KEYS = [
  ['j', 'next'],
  ['k', 'previous'],
  ['Enter, o', 'open'],
  ['u, Esc', 'back'],
  ['x', 'select'],
  ['Shift+j, Shift+k', 'extend'],
  ['* a', 'selectAll'],
  ['e', 'archive'],
  ['#, Delete', 'delete'],
  ['!', 'spam'],
  ['s', 'star'],
  ['v', 'move'],
  ['Shift+i', 'read'],
  ['Shift+u', 'unread'],
  ['r', 'reply'],
  ['a', 'replyAll'],
  ['f', 'forward'],
  ['c', 'write'],
  ['/', 'search'],
  ['z', 'undo'],
  ['n, p', 'inThread'],
  ['g i, g s, g d, g t, g a', 'goTo'],
  ['i s, i a', 'images'],
  ['i h', 'headers'],
  ['i u', 'unsubscribe'],
  ['F6', 'nextPane'],
] as const;

export function KeysDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('mail');
  return (
    <Dialog title={t('keys')} onClose={onClose} wide>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-ui sm:grid-cols-[auto_1fr_auto_1fr]">
        {KEYS.map(([key, name]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="font-mono text-row">{key}</kbd>
            </dt>
            <dd className="text-text-2">{t(`key.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
