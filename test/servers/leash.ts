/**
 * Starts a server that cannot outlive the test run: a shell holds its pid and reads our pipe. When this process ends, in
 * whatever way (also kill -9), the pipe closes and the shell stops the server and removes its directory.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

const SCRIPT = `
trap '' INT
trap : TERM
exec 3<&0
remove=$1; shift
"$@" </dev/null &
pid=$!
echo "$pid"
( read -r released <&3 && exit; kill "$pid"; sleep 1; rm -rf "$remove" ) >/dev/null 2>&1 &
while kill -0 "$pid"; do wait "$pid"; done 2>/dev/null
`;

export interface Leashed {
  pid: number;
  stderr: Readable;
  exited(): boolean;
  /** SIGTERM by default; resolves when the process is gone. After SIGKILL its children end, too: none of them keeps a connection. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** @param directory is removed if this process dies without stopping the server. */
export async function leash(directory: string, command: string, args: string[]): Promise<Leashed> {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'leash', directory, command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const pid = await readPid(shell);
  const group = shell.pid ?? pid;
  const gone = once(shell, 'exit');
  return {
    pid,
    stderr: shell.stderr,
    exited: () => shell.exitCode !== null,
    async kill(signal = 'SIGTERM') {
      // Before the end: node closes the pipe with the shell, and the watcher would take that for our death.
      if (shell.stdin.writable) {
        await new Promise<void>((written) => shell.stdin.end('released\n', () => written()));
      }
      if (shell.exitCode === null) process.kill(pid, signal);
      // The shell stays until it has reaped the server: a zombie's pid would keep the next one from starting.
      if (shell.exitCode === null && signal === 'SIGKILL') process.kill(-group, 'SIGTERM');
      await gone;
    },
  };
}

async function readPid(shell: ChildProcess): Promise<number> {
  if (!shell.stdout) throw new Error('the shell has no output');
  const [line] = await once(shell.stdout, 'data');
  return Number(String(line).trim());
}
