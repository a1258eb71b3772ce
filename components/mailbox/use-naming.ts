'use client';
/** Which folder is being named in a tree, and what comes of the name. */
import { useState } from 'react';
import type { Id } from '@/lib/jmap/types';
import { NEW_FOLDER } from './new-folder-row';
import { useFolderActions } from './use-folder-actions';

/** `parentId` null: at the top. */
type Naming = { parentId: Id | null } | { renamed: Id };

export function useNaming(accountId: Id, focusRow: (id: Id) => void) {
  const actions = useFolderActions(accountId);
  const [naming, setNaming] = useState<Naming | null>(null);

  const onSave = async (name: string, by: 'enter' | 'blur'): Promise<boolean> => {
    if (!naming) return true;
    const renames = 'renamed' in naming;
    const id = renames ? naming.renamed : await actions.create({ name, parentId: naming.parentId });
    if (id === null || (renames && !(await actions.rename(id, name)))) return false;
    setNaming((now) => (now === naming ? null : now));
    if (by === 'enter') focusRow(id);
    return true;
  };
  const onLeave = (by: 'escape' | 'blur') => {
    setNaming(null);
    if (naming && by === 'escape')
      focusRow('renamed' in naming ? naming.renamed : (naming.parentId ?? NEW_FOLDER));
  };

  return {
    row: { onSave, onLeave },
    inside: (parentId: Id | null) => setNaming({ parentId }),
    rename: (id: Id) => setNaming({ renamed: id }),
    renames: (id: Id) => naming !== null && 'renamed' in naming && naming.renamed === id,
    createsIn: (id: Id | null) => naming !== null && 'parentId' in naming && naming.parentId === id,
  };
}
