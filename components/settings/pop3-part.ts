import type { Pop3Settings } from '@/lib/client/control/types';

export interface Pop3PartProps {
  settings: Pop3Settings;
  busy: boolean;
  set: (part: Partial<Pop3Settings>) => void;
}
