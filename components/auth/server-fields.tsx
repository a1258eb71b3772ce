'use client';
/** IMAP or POP3, hosts, ports, security, user names by hand; used at sign-in and in the settings of an account. */
import { useTranslations } from 'use-intl';
import { Select } from '@/components/ui/select';
import { TextField } from '@/components/ui/text-field';
import { RadioGroup } from '@/components/ui/toggle';
import {
  type EndpointDraft,
  type EndpointFaults,
  type Protocol,
  type ServersDraft,
  withKind,
  withSecurity,
} from './server-draft';

interface ServerFieldsProps {
  value: ServersDraft;
  onChange: (value: ServersDraft) => void;
  faults: { incoming: EndpointFaults; outgoing: EndpointFaults } | null;
  /** An account keeps its protocol for life. */
  fixedKind?: boolean;
}

export function ServerFields({ value, onChange, faults, fixedKind }: ServerFieldsProps) {
  const t = useTranslations('signIn');
  return (
    <div className="flex flex-col gap-4">
      {!fixedKind && (
        <RadioGroup
          label={t('kind')}
          value={value.kind}
          options={[
            { value: 'imap', label: 'IMAP' },
            { value: 'pop3', label: 'POP3' },
          ]}
          onChange={(kind) => onChange(withKind(value, kind))}
          inline
        />
      )}
      <EndpointFields
        legend={t('incoming')}
        protocol={value.kind}
        value={value.incoming}
        faults={faults?.incoming ?? {}}
        onChange={(incoming) => onChange({ ...value, incoming })}
      />
      <EndpointFields
        legend={t('outgoing')}
        protocol="smtp"
        value={value.outgoing}
        faults={faults?.outgoing ?? {}}
        onChange={(outgoing) => onChange({ ...value, outgoing })}
      />
    </div>
  );
}

interface EndpointFieldsProps {
  legend: string;
  protocol: Protocol;
  value: EndpointDraft;
  faults: EndpointFaults;
  onChange: (value: EndpointDraft) => void;
}

export function EndpointFields({ legend, protocol, value, faults, onChange }: EndpointFieldsProps) {
  const t = useTranslations('signIn');
  const ui = useTranslations('ui');
  const text = (fault: EndpointFaults['host']) =>
    fault && (fault === 'badPort' ? t('badPort') : ui('required'));
  const plain = {
    autoComplete: 'off',
    autoCapitalize: 'none',
    autoCorrect: 'off',
    spellCheck: false,
  } as const;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-semibold text-ui">
        {legend} <span className="font-normal text-text-3">{protocol.toUpperCase()}</span>
      </legend>
      <TextField
        {...plain}
        label={t('server')}
        inputMode="url"
        value={value.host}
        error={text(faults.host)}
        onChange={(event) => onChange({ ...value, host: event.target.value })}
      />
      <div className="grid grid-cols-[1fr_7rem] items-start gap-3">
        <Select
          label={t('security')}
          value={value.security}
          options={[
            { value: 'tls', label: t('securityTls') },
            { value: 'starttls', label: t('securityStarttls') },
            { value: 'none', label: t('securityNone') },
          ]}
          onChange={(security) => onChange(withSecurity(value, protocol, security))}
        />
        <TextField
          {...plain}
          label={t('port')}
          inputMode="numeric"
          value={value.port}
          error={text(faults.port)}
          onChange={(event) => onChange({ ...value, port: event.target.value.trim() })}
        />
      </div>
      {value.security === 'none' && <p className="text-row text-warn">{t('securityNoneHint')}</p>}
      <TextField
        {...plain}
        label={t('user')}
        hint={t('userHint')}
        value={value.user}
        error={text(faults.user)}
        onChange={(event) => onChange({ ...value, user: event.target.value })}
      />
    </fieldset>
  );
}
