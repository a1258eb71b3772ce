'use client';
import { CheckReport } from '@/components/auth/check-report';
import { ChangeResult } from './change-result';
import type { Change } from './use-change';

/** With steps the report tells more than one sentence. */
export function CheckResult({ change }: { change: Change }) {
  if (change.fault && change.fault.steps.length > 0) return <CheckReport fault={change.fault} />;
  return <ChangeResult change={change} />;
}
