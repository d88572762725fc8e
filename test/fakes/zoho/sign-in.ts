import type { FakeAnswer, FakeRequest } from '../fake-http';

/** What the connection was granted; made up, for no account that exists. */
export const GRANTED = {
  clientId: '1000.FAKECLIENT',
  clientSecret: 'fake-client-secret-0f3a',
  refreshToken: '1000.fake-refresh-token-77c1.88d2',
} as const;

const WINDOW_MS = 10 * 60_000;
const MOST_IN_WINDOW = 10;

/** The accounts server: at most ten access tokens a refresh token in ten minutes. */
export class SignIn {
  /** Seconds an access token is good for. */
  lifeSeconds = 3_600;
  /** Said to be good for, where that is something else; null: not said. */
  saidSeconds: number | null | undefined;
  /** Said instead of our own address. */
  apiDomain: string | null = null;
  readonly made: number[] = [];
  private readonly until = new Map<string, number>();

  constructor(
    private readonly now: () => number,
    private readonly own: () => string,
  ) {}

  serve({ method, query, headers, body }: FakeRequest): FakeAnswer {
    if (method !== 'POST') return json(405, { error: 'invalid_request' });
    const form = headers['content-type'] === 'application/x-www-form-urlencoded' ? body.toString('utf8') : '';
    const said = new URLSearchParams([...query, ...new URLSearchParams(form)]);
    if (said.get('grant_type') !== 'refresh_token') return json(200, { error: 'unsupported_grant_type' });
    if (said.get('client_id') !== GRANTED.clientId) return json(200, { error: 'invalid_client' });
    if (said.get('client_secret') !== GRANTED.clientSecret) return json(200, { error: 'invalid_client_secret' });
    if (said.get('refresh_token') !== GRANTED.refreshToken) return json(200, { error: 'invalid_code' });
    const now = this.now();
    if (this.made.filter((at) => at > now - WINDOW_MS).length >= MOST_IN_WINDOW) {
      const words = 'You have made too many requests continuously. Please try again after some time.';
      return json(400, { error: 'Access Denied', error_description: words, status: 'failure' });
    }
    this.made.push(now);
    return json(200, this.grant(now));
  }

  /** 401 in words, or null where the header carries a token that is good. */
  refuse(header: string | undefined): FakeAnswer | null {
    const token = /^Zoho-oauthtoken (1000\.[0-9a-z.]+)$/.exec(header ?? '')?.[1];
    if (token === undefined) {
      return json(401, {
        code: 'AUTHENTICATION_FAILURE',
        details: {},
        message: 'Authentication failed',
        status: 'error',
      });
    }
    if ((this.until.get(token) ?? 0) > this.now()) return null;
    return json(401, { code: 'INVALID_TOKEN', details: {}, message: 'invalid oauth token', status: 'error' });
  }

  /** Ends every token before its time. */
  revoke(): void {
    this.until.clear();
  }

  private grant(now: number): object {
    const token = `1000.${this.made.length.toString(16).padStart(8, '0')}.fake`;
    this.until.set(token, now + this.lifeSeconds * 1_000);
    const said = this.saidSeconds === undefined ? this.lifeSeconds : this.saidSeconds;
    return {
      access_token: token,
      scope: 'ZohoCRM.modules.ALL',
      api_domain: this.apiDomain ?? this.own(),
      token_type: 'Bearer',
      ...(said === null ? {} : { expires_in: said }),
    };
  }
}

export function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): FakeAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  };
}
