/** Decoration: the name always stands beside it. */
import { hueOf, initialsOf } from './initials';

interface AvatarProps {
  name: string | null;
  email: string;
  /** 32 in lists, 40 in a mail's head. */
  size?: 32 | 40;
}

export function Avatar({ name, email, size = 40 }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={`inline-flex shrink-0 select-none items-center justify-center rounded-full font-medium text-meta forced-colors:border ${size === 40 ? 'size-10' : 'size-8'}`}
      style={{ background: `var(--hue-${hueOf(email)})`, color: 'var(--on-hue)' }}
    >
      {initialsOf(name, email)}
    </span>
  );
}
