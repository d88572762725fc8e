import { randomBytes } from 'node:crypto';
import type { FakeRequest } from '../fake-http';

/** What a company's application has. */
export interface Credentials {
  readonly appId: string;
  readonly appSecret: string;
  readonly permanentCode: string;
  readonly ea: string;
  readonly userId: string;
}

export const CREDENTIALS: Credentials = {
  appId: 'FSAID_131a2b3',
  appSecret: 'fake-app-secret-7d1f',
  permanentCode: 'fake-permanent-code-93c0',
  ea: 'qinghe2026',
  userId: '1000',
};

export type Json = Readonly<Record<string, unknown>>;

const SAME_SECONDS = 6_600;
const LIFE_SECONDS = 7_200;
const MOST_PER_MINUTE = 10;

/** Tokens as the platform gives them: the same one for 6,600 seconds, good for 7,200, never two at the same time. */
export class SignIn {
  /** How often a token was asked for. */
  asked = 0;
  private readonly issued = new Map<string, number>();
  private readonly askedAt: number[] = [];
  private current: { readonly token: string; readonly at: number } | null = null;
  private busy = 0;

  constructor(
    private readonly credentials: Credentials,
    private readonly now: () => number,
    private readonly pauseMs: number,
  ) {}

  /** All tokens end at once, as after a change of the secret. */
  end(): void {
    this.issued.clear();
    this.current = null;
  }

  async ask(body: Json, isLegacy: boolean): Promise<Json> {
    this.asked += 1;
    this.busy += 1;
    try {
      if (this.busy > 1 || this.isTooOften()) return { errorCode: 30004, errorMessage: 'request is too frequent' };
      if (this.pauseMs > 0) await new Promise((done) => setTimeout(done, this.pauseMs));
      return this.answer(body, isLegacy);
    } finally {
      this.busy -= 1;
    }
  }

  /** What is wrong with the sign-in of a call; null: nothing. */
  faultOf({ headers }: FakeRequest, body: Json, isLegacy: boolean): Json | null {
    const { ea, userId } = this.credentials;
    const token = isLegacy ? body['corpAccessToken'] : headers['authorization']?.replace(/^Bearer /, '');
    const company = isLegacy ? body['corpId'] : headers['x-fs-ea'];
    const user = isLegacy ? body['currentOpenUserId'] : headers['x-fs-userid'];
    if (token === undefined || company === undefined || user === undefined) {
      return { errorCode: 20017, errorMessage: 'no authorization' };
    }
    const at = typeof token === 'string' ? this.issued.get(token) : undefined;
    const isGood = at !== undefined && this.now() - at < LIFE_SECONDS * 1_000;
    if (isGood && company === (isLegacy ? corpIdOf(ea) : ea) && user === userId) return null;
    return {
      traceId: `E-O.null.-1000-${String(this.asked)}`,
      errorMessage: 'the cropId,cropAccessToken or authorization is error',
      errorCode: 20016,
    };
  }

  private isTooOften(): boolean {
    const recent = this.askedAt.filter((at) => at > this.now() - 60_000);
    this.askedAt.splice(0, this.askedAt.length, ...recent, this.now());
    return recent.length >= MOST_PER_MINUTE;
  }

  private answer({ appId, appSecret, permanentCode, grantType }: Json, isLegacy: boolean): Json {
    const ours = this.credentials;
    const isOurs = appId === ours.appId && appSecret === ours.appSecret && permanentCode === ours.permanentCode;
    if (!isOurs || (!isLegacy && grantType !== 'app_secret')) {
      return {
        errorCode: 10006,
        errorMessage: 'the parameter appSecret is missing or illegal',
        traceId: 'E-O.null.-1000-1',
      };
    }
    if (!this.current || this.now() - this.current.at >= SAME_SECONDS * 1_000) {
      this.current = { token: randomBytes(16).toString('hex'), at: this.now() };
      this.issued.set(this.current.token, this.current.at);
    }
    const { token, at } = this.current;
    const said = { errorCode: 0, errorMessage: 'success', traceId: 'E-O.token' };
    const expiresIn = LIFE_SECONDS - Math.floor((this.now() - at) / 1_000);
    if (isLegacy) return { ...said, corpAccessToken: token, corpId: corpIdOf(ours.ea), expiresIn };
    return { ...said, accessToken: token, expiresIn, ea: ours.ea, appId: ours.appId, openUserId: 'FSCID_1' };
  }
}

function corpIdOf(ea: string): string {
  return `FSCORPID_${ea}`;
}
