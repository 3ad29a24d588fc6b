// An OpenID provider for one machine, behaving like the deployed one: PS512, client_secret_jwt, PKCE, two factors.
// It reads its settings from the environment, and people from a file that infra/local/people.py writes.

import { createHmac, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

if (process.env.NODE_ENV === 'production') {
  console.error('This identity provider is for one machine and never for production.');
  process.exit(1);
}

const { ISSUER, SITE_URL, CLIENT_ID, CLIENT_SECRET, PEOPLE_FILE, KEYS_FILE, SECOND_FACTOR_ACR } = process.env;
const ONE_FACTOR_ACR = 'https://ecas.ec.europa.eu/loa/basic';
const STEP_SECONDS = 30;
const LARGEST_FORM = 10_000;

const people = JSON.parse(readFileSync(PEOPLE_FILE, 'utf8'));
const lastStep = new Map(); // a code counts once

// Kept, so that a restart invalidates nothing.
function keys() {
  if (!existsSync(KEYS_FILE)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signing = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'PS512', kid: randomBytes(8).toString('hex') };
    const made = { signing, cookies: randomBytes(32).toString('base64url') };
    writeFileSync(KEYS_FILE, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(KEYS_FILE, 'utf8'));
}

function decodeBase32(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) || []).map((byte) => Number.parseInt(byte, 2)));
}

// RFC 6238 with the settings of every authenticator app: SHA-1, six digits, thirty seconds.
function codeOfStep(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function same(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// True for a code of now or of a step beside it, later than any that was used.
function takeCode(person, code) {
  const now = Math.floor(Date.now() / 1000 / STEP_SECONDS);
  const used = lastStep.get(person.subject) ?? 0;
  const step = [now - 1, now, now + 1].find((each) => each > used && same(codeOfStep(person.totp_secret, each), code));
  if (step) lastStep.set(person.subject, step);
  return Boolean(step);
}

// Who signs in with what; undefined when anything is wrong, whatever it is.
function signIn({ name = '', password = '', code = '' }) {
  const person = people.find((each) => each.name === name.trim().toLowerCase());
  if (!person || !same(person.password, password)) return undefined;
  if (!person.totp_secret) return { accountId: person.subject, acr: ONE_FACTOR_ACR, amr: ['pwd'] };
  if (!takeCode(person, code.replaceAll(' ', ''))) return undefined;
  return { accountId: person.subject, acr: SECOND_FACTOR_ACR, amr: ['pwd', 'otp', 'mfa'] };
}

function page(title, content) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  body { font: 1.125rem/1.5 system-ui, sans-serif; color: #1c2b39; background: #eef2f5; margin: 0; padding: 1rem; }
  main { max-inline-size: 26rem; margin: 3rem auto; padding: 1.5rem 2rem 2rem; background: #fff; border-radius: .75rem; }
  h1 { font-size: 1.6rem; }
  label { display: block; font-weight: 600; margin-block-start: 1rem; }
  .hint { display: block; font-weight: 400; color: #48596a; font-size: 1rem; }
  input { font: inherit; inline-size: 100%; box-sizing: border-box; padding: .5rem; border: 2px solid #48596a; border-radius: .35rem; }
  button { font: inherit; font-weight: 600; margin-block-start: 1.5rem; padding: .6rem 1.4rem; border: 0; border-radius: .35rem;
    background: #14577f; color: #fff; cursor: pointer; }
  :is(input, button, a):focus-visible { outline: 4px solid #f2b134; outline-offset: 2px; }
  .error { border-inline-start: .4rem solid #b3261e; padding: .25rem 1rem; }
</style>
</head>
<body><main>${content}</main></body>
</html>`;
}

function signInPage(failed) {
  const error = failed
    ? '<div class="error" role="alert"><p>Name, password and code do not fit together. A code works once: wait for the next one.</p></div>'
    : '';
  return page(
    failed ? 'Error: sign in' : 'Sign in',
    `<h1>Sign in</h1>
<p>The identity provider of this machine. Names, passwords and codes are on the <a href="${SITE_URL}/local">console</a>.</p>
${error}
<form method="post" autocomplete="off">
<label for="name">Name</label>
<input id="name" name="name" autocapitalize="none" autocomplete="username" spellcheck="false" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<label for="code">Code <span class="hint" id="code-hint">Six digits of the second factor, if you have one</span></label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" aria-describedby="code-hint">
<button>Sign in</button>
</form>`,
  );
}

const { signing, cookies } = keys();
const provider = new Provider(ISSUER, {
  jwks: { keys: [signing] },
  cookies: { keys: [cookies] },
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      token_endpoint_auth_method: 'client_secret_jwt',
      id_token_signed_response_alg: 'PS512',
      redirect_uris: [`${SITE_URL}/auth/callback`],
      post_logout_redirect_uris: [`${SITE_URL}/`],
      backchannel_logout_uri: `${SITE_URL}/auth/backchannel-logout`,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  acrValues: [ONE_FACTOR_ACR, SECOND_FACTOR_ACR],
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time'] },
  enabledJWA: { idTokenSigningAlgValues: ['PS512'], clientAuthSigningAlgValues: ['HS256'] },
  clientAuthMethods: ['client_secret_jwt'],
  pkce: { required: () => true },
  ttl: { Interaction: 3600, Session: 8 * 3600, Grant: 8 * 3600, AuthorizationCode: 60, AccessToken: 60, IdToken: 600 },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
  // The provider tells our site of log-outs; by default it refuses addresses of this machine.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  // Our own site needs nobody's consent.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope('openid');
    await grant.save();
    return grant;
  },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => {
        context.body = page(
          'Sign out',
          `<h1>Sign out</h1>${form}<p>Sign out here too, so that the next person at this device has to sign in?</p>
<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
        );
      },
      postLogoutSuccessSource: (context) => {
        context.body = page('Signed out', '<h1>You are signed out</h1>');
      },
    },
  },
  renderError: (context, out) => {
    context.type = 'html';
    context.body = page('Sign in failed', `<h1>Sign in failed</h1><p>${out.error}: ${out.error_description ?? ''}</p>`);
  },
});
provider.on('server_error', (_, error) => console.error(error));
provider.on('backchannel.error', (_, error) => console.error(error));

async function readForm(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > LARGEST_FORM) return {};
  }
  return Object.fromEntries(new URLSearchParams(text));
}

async function interaction(request, response) {
  const posted = request.method === 'POST';
  if (posted) {
    const login = signIn(await readForm(request));
    if (login) return provider.interactionFinished(request, response, { login: { ...login, remember: true } });
  } else {
    await provider.interactionDetails(request, response); // raises when there is nothing to sign in for
  }
  response.writeHead(posted ? 401 : 200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  return response.end(signInPage(posted));
}

const answer = provider.callback();
const server = createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interaction(request, response).catch(() => {
    response.writeHead(400, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(page('Sign in again', '<h1>This page is too old</h1><p>Go back to the site and sign in again.</p>'));
  });
});
server.listen(Number(new URL(ISSUER).port), '127.0.0.1');
