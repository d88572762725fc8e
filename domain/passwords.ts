import { Problem } from './problem';

/** The sample's password: signs in the people the sample made, and is refused for everyone else. */
export const SAMPLE_PASSWORD = 'salesclose-sample';

const SHORTEST = 8;
const ADVISED = 15;
const LONGEST = 128;

/** The ones every guesser tries first, of eight characters and more, folded to lower case. */
const COMMON = new Set(
  `12345678 123456789 1234567890 12345678910 87654321 987654321 0987654321 11111111 88888888 66666666 00000000 11223344
   123123123 147258369 123654789 789456123 135792468 password password1 password12 password123 passw0rd p@ssw0rd p@ssword
   qwertyui qwertyuiop qwerty12 qwerty123 qwer1234 1qaz2wsx 1qazxsw2 1q2w3e4r 1q2w3e4r5t q1w2e3r4 zaq12wsx asdfghjk
   asdfghjkl zxcvbnm1 zxcvbnm123 abcd1234 abc12345 abc123456 a1234567 a12345678 a123456789 aa123456 aa12345678
   woaini1314 woaini520 5201314520 13145200 iloveyou iloveyou1 sunshine princess football baseball superman batman123
   trustno1 letmein1 welcome1 welcome123 admin123 admin1234 admin12345 administrator administrator1 changeme changeme1
   default1 dragon12 monkey12 master12 michael1 jennifer computer internet whatever starwars pokemon1 liverpool chelsea1
   test1234 testtest guest123 root1234 rootroot secret123 system123 oracle123 company123 finance123 caiwu123 caiwu888
   kuaiji123 qwe123456 asd123456 zxc123456 qazwsxedc 1qaz@wsx abcdefgh abcdefg1 aaaaaaaa summer2026 winter2026
   salesclose salesclose1 salesclose-sample`.split(/\s+/),
);

/**
 * Takes a password for a login people use, or says why not. Length is what counts; nothing is asked of its make-up.
 * @throws Problem PASSWORD_REFUSED (422)
 */
export function refuseWeakPassword(password: string, login: string): void {
  const length = Array.from(password).length;
  if (length < SHORTEST || length > LONGEST) {
    throw refused(
      `密码须为 ${SHORTEST} 至 ${LONGEST} 个字符，建议 ${ADVISED} 个以上`,
      `a password has ${SHORTEST} to ${LONGEST} characters, better ${ADVISED} or more`,
    );
  }
  const folded = password.toLowerCase();
  if (COMMON.has(folded) || folded === login || new Set(folded).size === 1) {
    throw refused(
      '该密码太常见，请换一个（例如几个不相干的词）',
      'this password is among the first anyone would guess; take another, for instance a few unrelated words',
    );
  }
}

function refused(zh: string, en: string): Problem {
  return new Problem('PASSWORD_REFUSED', { zh, en }, 422);
}
