'use client';
import { ArrowLeft, ChevronDown, ChevronUp } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { ActionButtons } from '@/components/shell/action-buttons';
import { useScreen } from '@/components/shell/screen';
import { goBack } from '@/components/shell/use-route';
import { IconButton } from '@/components/ui/icon-button';

/** What can be done to the open conversation; previous and next stand at the end. */
export function ThreadToolbar() {
  const t = useTranslations();
  const { route, looks } = useScreen();
  const { at, count, open } = usePlaceInList();
  const alone = looks.readingPane === 'off' ? '' : 'md:hidden';
  return (
    <div
      role="toolbar"
      aria-label={t('read.toolbar')}
      className="flex h-12 shrink-0 items-center gap-1 border-line border-b bg-bg px-2 max-md:bg-pane print:hidden short:h-auto"
    >
      <span className={`contents ${alone}`}>
        <IconButton
          icon={ArrowLeft}
          label={t('ui.back')}
          shortcut="u"
          className={`mirror ${alone}`}
          onClick={() => goBack({ ...route, threadId: null })}
        />
      </span>
      <ActionButtons unread={false} readClassName="max-[22.5rem]:hidden" />
      <span className="ms-auto flex items-center">
        <IconButton
          icon={ChevronUp}
          label={t('read.previous')}
          shortcut="k"
          disabled={at <= 0}
          onClick={() => open(at - 1)}
        />
        <IconButton
          icon={ChevronDown}
          label={t('read.next')}
          shortcut="j"
          disabled={at < 0 || at + 1 >= count}
          onClick={() => open(at + 1)}
        />
      </span>
    </div>
  );
}

function usePlaceInList() {
  const { mail, openThread, list, open } = useScreen();
  const at =
    list?.list.ids.findIndex((id) => id !== null && mail?.emails.get(id)?.threadId === openThread) ?? -1;
  return { at, count: list?.list.total ?? 0, open };
}
