'use client';
/** Over Trash and Spam: the way to empty them. It asks, for it is for ever. */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useScreen } from './screen';

export function EmptyBar() {
  const t = useTranslations('mail');
  const { mailbox, list, setDialog } = useScreen();
  const role = mailbox?.role;
  if ((role !== 'trash' && role !== 'junk') || !list?.list.total) return null;
  return (
    <div className="flex min-h-10 shrink-0 items-center justify-end border-line border-b px-2">
      <Button look="plain" onClick={() => setDialog('empty')}>
        {t(role === 'trash' ? 'emptyTrash' : 'emptyJunk')}
      </Button>
    </div>
  );
}
