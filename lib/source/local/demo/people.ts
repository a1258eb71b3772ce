/** Who writes in the demo. Nobody exists; all addresses are in domains that RFC 2606 keeps free. */
import type { EmailAddress } from '@/lib/jmap/types';

const at = (name: string, email: string): EmailAddress => ({ name, email });

export const people = {
  mira: at('Mira Lindqvist', 'mira.lindqvist@example.org'),
  tomas: at('Tomás Ferreira', 'tomas@example.com'),
  ines: at('Inês Ferreira', 'ines@example.com'),
  oleg: at('Олег Васильев', 'oleg.vasiliev@example.org'),
  anna: at('Анна Смирнова', 'anna.smirnova@example.com'),
  kenji: at('佐藤 健二', 'kenji.sato@example.org'),
  layla: at('ليلى حداد', 'layla.haddad@example.com'),
  noam: at('נועם לוי', 'noam.levi@example.org'),
  wei: at('陈伟', 'wei.chen@example.com'),
  george: at('George Okafor', 'george.okafor@example.org'),
  petra: at('Petra Novak', 'petra.novak@example.com'),
  hana: at('Hana Kim', 'hana.kim@example.org'),
  carpenter: at('Bellweather Joinery', 'office@joinery.example.com'),
  library: at('City Library', 'no-reply@library.example.org'),
  railway: at('Northern Line Tickets', 'tickets@railway.example.com'),
  shop: at('Paper & Ink', 'orders@paper-ink.example.com'),
  courier: at('Swift Parcel', 'tracking@parcel.example.com'),
  bank: at('Harbour Bank', 'statements@bank.example.com'),
  dispatch: at('The Slow Dispatch', 'letters@dispatch.example.org'),
  garden: at('Garden Weekly', 'news@garden.example.com'),
  tools: at('Toolmakers Digest', 'digest@toolmakers.example.org'),
  museum: at('Museum of Small Things', 'hello@museum.example.org'),
  forge: at('forge (Mira Lindqvist)', 'notifications@forge.example.org'),
  list: at('sailmakers', 'sailmakers@lists.example.org'),
  stranger: at('Prize Department', 'winner@lottery.example.com'),
  phisher: at('Harbour Bank Security', 'security@harbour-bank.example.net'),
} satisfies Record<string, EmailAddress>;
