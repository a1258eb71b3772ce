'use client';
import { useRef, useState } from 'react';
import { clampPane, type PaneWidths, savePanes } from '@/lib/client/panes';

export function usePanes(start: PaneWidths) {
  const [widths, setWidths] = useState(start);
  const latest = useRef(start);
  const root = useRef<HTMLDivElement>(null);
  const resize = (pane: keyof PaneWidths, width: number) => {
    latest.current = { ...latest.current, [pane]: clampPane(pane, width) };
    setWidths(latest.current);
  };
  const separator = (pane: keyof PaneWidths) => ({
    pane,
    width: widths[pane],
    onResize: (width: number) => resize(pane, width),
    onDone: () => void savePanes(latest.current),
  });
  return { ...widths, root, separator };
}
