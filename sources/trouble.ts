import { Problem } from '../domain/problem';
import type { Bilingual } from '../domain/words';

/** It passes by itself: an outage, a limit, a bill that is not made yet. The part is tried again, for days. */
export class SourceWaits extends Problem {
  constructor(
    code: string,
    reason: Bilingual,
    /** Not before, where the system or its rules say so; otherwise the pull backs off by itself. */
    readonly retryAt?: Date,
    details: Record<string, unknown> = {},
  ) {
    super(code, reason, 503, details);
  }
}

/** It does not pass by itself: a wrong key, a missing permission, a file that is not what it should be. A person must act. */
export class SourceStops extends Problem {
  constructor(code: string, reason: Bilingual, details: Record<string, unknown> = {}) {
    super(code, reason, 422, details);
  }
}

/** How a system is called in sentences. */
export interface Named {
  readonly title: Bilingual;
}

export function unreachable({ title }: Named, why: string): SourceWaits {
  return new SourceWaits('SOURCE_UNREACHABLE', {
    zh: `无法连接${title.zh}（${why}），稍后自动重试`,
    en: `${title.en} cannot be reached (${why}); it is tried again`,
  });
}

export function tooSlow({ title }: Named, seconds: number): SourceWaits {
  return new SourceWaits('SOURCE_TIMEOUT', {
    zh: `${title.zh}在 ${String(seconds)} 秒内没有答完，稍后自动重试`,
    en: `${title.en} did not finish its answer within ${String(seconds)} s; it is tried again`,
  });
}

export function cutShort({ title }: Named): SourceWaits {
  return new SourceWaits('SOURCE_CUT_SHORT', {
    zh: `${title.zh}的应答中途断开，已丢弃，稍后自动重试`,
    en: `the answer of ${title.en} broke off; it is dropped and asked for again`,
  });
}

/** @param said the HTTP status or the system's own code */
export function busy({ title }: Named, said: string, retryAt?: Date): SourceWaits {
  return new SourceWaits(
    'SOURCE_BUSY',
    {
      zh: `${title.zh}暂时不可用（${said}），稍后自动重试`,
      en: `${title.en} cannot serve just now (${said}); it is tried again`,
    },
    retryAt,
  );
}

export function rateLimited({ title }: Named, said: string, retryAt?: Date): SourceWaits {
  return new SourceWaits(
    'SOURCE_RATE_LIMITED',
    {
      zh: `${title.zh}限制了调用频率（${said}），等待后继续`,
      en: `${title.en} limits the rate of calls (${said}); it goes on after a pause`,
    },
    retryAt,
  );
}

/** The day's or month's allowance is used up. */
export function quotaUsedUp({ title }: Named, said: string, retryAt?: Date): SourceWaits {
  return new SourceWaits(
    'SOURCE_QUOTA',
    {
      zh: `${title.zh}的调用额度已用完（${said}），额度恢复后继续；如不够用，请向服务商增购`,
      en: `the allowance of calls to ${title.en} is used up (${said}); it goes on when there is a new one, or buy more`,
    },
    retryAt,
  );
}

export function notReady({ title }: Named, what: Bilingual, retryAt?: Date): SourceWaits {
  return new SourceWaits(
    'SOURCE_NOT_READY',
    {
      zh: `${title.zh}的${what.zh}尚未生成，稍后自动重试`,
      en: `${what.en} of ${title.en} is not made yet; it is tried again`,
    },
    retryAt,
  );
}

/** What came does not tie out with what the system says of it; asking again may help. */
export function doesNotTie({ title }: Named, what: Bilingual): SourceWaits {
  return new SourceWaits('SOURCE_DOES_NOT_TIE', {
    zh: `${title.zh}：${what.zh}，数据未采用，稍后重新获取`,
    en: `${title.en}: ${what.en}; nothing of it is used, it is fetched again`,
  });
}

/** An answer that is not what the protocol says: another program answers there, or the system has changed. */
export function notUnderstood({ title }: Named, what: string): SourceStops {
  return new SourceStops('SOURCE_NOT_UNDERSTOOD', {
    zh: `${title.zh}的应答不符合约定（${what}）。请核对地址；如地址无误，请联系支持`,
    en: `the answer of ${title.en} is not what its protocol says (${what}). Check the address; if it is right, ask for support`,
  });
}

export function signInRefused({ title }: Named, said: string): SourceStops {
  return new SourceStops('SOURCE_SIGN_IN_REFUSED', {
    zh: `${title.zh}拒绝登录（${said}）。请核对应用标识与密钥，更正后运行 source test`,
    en: `${title.en} refuses the sign-in (${said}). Check the application's id and secret, then run source test`,
  });
}

/** @param what the object, bill or right that is refused */
export function notAllowed({ title }: Named, what: string, said: string): SourceStops {
  return new SourceStops('SOURCE_NOT_ALLOWED', {
    zh: `${title.zh}不允许读取 ${what}（${said}）。请在该系统中授权后再试`,
    en: `${title.en} does not let us read ${what} (${said}). Grant the right there and try again`,
  });
}

/** @param said the system's own code for a question that it does not take */
export function refused({ title }: Named, what: Bilingual, said: string): SourceStops {
  return new SourceStops('SOURCE_REFUSED', {
    zh: `${title.zh}拒绝提供${what.zh}（${said}）。请核对设置；如设置无误，请联系该系统的客服`,
    en: `${title.en} refuses to hand out ${what.en} (${said}). Check the settings; if they are right, ask that system's support`,
  });
}

/** A reply whose signature does not fit its bytes: not from them, or changed on its way. */
export function wrongSignature({ title }: Named): SourceStops {
  return new SourceStops('SOURCE_WRONG_SIGNATURE', {
    zh: `${title.zh}应答的签名不正确，已丢弃。请核对平台公钥；如公钥无误，连接可能被篡改`,
    en: `the signature of an answer of ${title.en} is wrong; it is dropped. Check the platform's public key; if it is right, somebody changes the answers`,
  });
}

export function clockSkewed({ title }: Named, seconds: number): SourceStops {
  return new SourceStops('SOURCE_CLOCK_SKEWED', {
    zh: `本机时钟与${title.zh}相差 ${String(seconds)} 秒，超过允许的范围。请校准服务器时间`,
    en: `this machine's clock and that of ${title.en} are ${String(seconds)} s apart, more than is allowed. Set the server's clock`,
  });
}
