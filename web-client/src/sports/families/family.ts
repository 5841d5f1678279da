// The families of sports. The states of a family have the same shape, whatever the sport.

export const familyNames = ['points', 'sets', 'placings', 'plain'] as const;

export type FamilyName = (typeof familyNames)[number];
