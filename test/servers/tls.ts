/** A throwaway authority and a certificate for localhost, made with openssl. Give `caFile` to TLS_CA_FILE. */
import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Certificate {
  caFile: string;
  certFile: string;
  keyFile: string;
}

export interface CertificateOptions {
  /** Names and addresses that the certificate is good for. */
  names?: string[];
  expired?: boolean;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export async function createCertificate(dir: string, options: CertificateOptions = {}): Promise<Certificate> {
  const file = (name: string) => join(dir, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  const names = options.names ?? ['localhost', '127.0.0.1'];
  const alternatives = names.map((name) => (/^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`)).join(',');

  await openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=Test CA',
  );
  await openssl('req', ...newKey, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${names[0]}`);
  await writeFile(file('server.ext'), `subjectAltName=${alternatives}\n`);
  await openssl(
    ...['x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-out', 'server.pem', '-days', options.expired ? '-1' : '2', '-extfile', 'server.ext'],
  );
  await chmod(file('server.key'), 0o600);
  return { caFile: file('ca.pem'), certFile: file('server.pem'), keyFile: file('server.key') };
}
