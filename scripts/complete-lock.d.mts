export function missingFrom(lock: {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}): [path: string, name: string, version: string][];
