// Constants that scripts/bundle.mjs replaces in the code. They do not exist where src/ is run as it
// is, in tests, so they may be asked for only behind `typeof`.

/** True in dist-fail-points/ only; what stands behind it is in no other build. */
declare const __LOGMILL_FAIL_POINTS__: boolean | undefined;
