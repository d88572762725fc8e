import type { FileTrials } from '../../domain/profile-trial';
import { proposeProfile } from './propose';
import { tryProfile } from './trial';

/** Looking at files without storing them, as the door is handed it. */
export const fileTrials: FileTrials = { propose: proposeProfile, try: tryProfile };
