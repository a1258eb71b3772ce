/** nodemailer's list of services: submission servers only, so the incoming server is still to be found. */
import services from 'nodemailer/lib/well-known/services.json';
import type { Endpoint } from '@/lib/net/types';

interface Service {
  domains?: string[];
  host?: string;
  /** One entry of the list has it as text. */
  port?: number | string;
  secure?: boolean;
}

const SERVICES: Record<string, Service> = services;

export function wellKnownSubmission(domain: string): Endpoint | null {
  const service = Object.values(SERVICES).find((entry) => entry.domains?.includes(domain));
  if (!service?.host) return null;
  const { host, secure, port = secure ? 465 : 587 } = service;
  return { host, port: Number(port), security: secure ? 'tls' : 'starttls' };
}
