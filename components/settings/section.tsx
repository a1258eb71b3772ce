import type { ReactNode } from 'react';

/** A part of the settings with its heading; the side list jumps here. */
export function Section({
  id,
  title,
  hint,
  children,
}: {
  id: string;
  title: string;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby={id} className="border-line border-t py-6 first:border-t-0 first:pt-0 last:pb-0">
      <h2 id={id} className="scroll-mt-16 font-semibold text-body">
        {title}
      </h2>
      {hint && <p className="mt-1 text-row text-text-3">{hint}</p>}
      <div className="mt-4 flex flex-col gap-4">{children}</div>
    </section>
  );
}
