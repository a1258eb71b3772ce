import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { control } from '@/lib/auth/control';
import { authOptions } from '@/lib/auth/next-auth';

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

async function handler(request: NextRequest, context: Context): Promise<Response> {
  const on = await control();
  // next-auth 4 takes its address from nowhere else.
  process.env.NEXTAUTH_URL = on.config.baseUrl.origin;
  return NextAuth(request, context, authOptions(on));
}

export { handler as GET, handler as POST };
