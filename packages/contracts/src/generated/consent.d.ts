// Generated from src/schemas.ts by build/generate.ts. Do not edit.
import type { Validator } from '../validator.ts';
export declare const validate: Validator<'consent'>;
