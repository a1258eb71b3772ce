/** A bar with a value, or a moving one while nobody knows how long. */
interface ProgressProps {
  label: string;
  /** 0 to 1; null = unknown. */
  value: number | null;
}

export function Progress({ label, value }: ProgressProps) {
  const percent = value === null ? undefined : Math.round(Math.min(1, Math.max(0, value)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-edge=""
      className="h-1 w-full overflow-hidden rounded-full bg-hover forced-colors:border"
    >
      <div
        className={
          percent === undefined
            ? 'h-full w-1/3 animate-progress rounded-full bg-accent forced-colors:bg-[CanvasText]'
            : 'h-full origin-left rounded-full bg-accent transition-transform forced-colors:bg-[CanvasText] rtl:origin-right'
        }
        style={percent === undefined ? undefined : { transform: `scaleX(${percent / 100})` }}
      />
    </div>
  );
}
