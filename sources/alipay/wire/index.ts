import { ENDURANCE, type Endurance } from '../../bills/endurance';
import type { SourceSystem } from '../../system';
import { AlipayConnection } from './connection';
import { ALIPAY } from './gateway';
import { SETTINGS } from './settings';

/** Alipay's bills by its interface. @param endurance how long it is waited for; tests wait less */
export function alipaySystem(endurance: Endurance = ENDURANCE): SourceSystem {
  return {
    name: 'alipay',
    title: ALIPAY.title,
    settings: SETTINGS,
    connect: (access) => new AlipayConnection(access, endurance),
  };
}
