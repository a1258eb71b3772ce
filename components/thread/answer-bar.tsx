'use client';
/** Reply, reply all, forward: at the end of the mail, and on the phone under the thumb. */
import { Forward, Reply, ReplyAll } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { Button } from '@/components/ui/button';
import { useClient } from '@/lib/client/hooks';
import type { EmailRow } from '@/lib/client/state';

export function AnswerBar({ email }: { email: EmailRow }) {
  const t = useTranslations('action');
  const client = useClient();
  const { route } = useScreen();
  const answer = (kind: 'reply' | 'replyAll' | 'forward') => () =>
    client.write({ kind, accountId: route.accountId, emailId: email.id });
  const icon = { size: 16, strokeWidth: 1.75, 'aria-hidden': true, className: 'mirror shrink-0' } as const;
  return (
    <div
      role="toolbar"
      aria-label={t('reply')}
      className="flex flex-wrap gap-2 px-4 py-4 max-md:sticky max-md:bottom-0 max-md:mt-auto max-md:border-line max-md:border-t max-md:bg-pane max-md:px-2 max-md:py-2 max-md:*:flex-auto max-md:*:gap-1.5 max-md:*:whitespace-nowrap max-md:*:px-1 md:px-6 print:hidden short:static"
    >
      <Button icon={<Reply {...icon} />} aria-keyshortcuts="r" onClick={answer('reply')}>
        {t('reply')}
      </Button>
      <Button icon={<ReplyAll {...icon} />} aria-keyshortcuts="a" onClick={answer('replyAll')}>
        {t('replyAll')}
      </Button>
      <Button icon={<Forward {...icon} />} aria-keyshortcuts="f" onClick={answer('forward')}>
        {t('forward')}
      </Button>
    </div>
  );
}
