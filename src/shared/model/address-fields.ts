// What a database of addresses says of an address.

export const addressFields = ["country", "region", "city", "asn"] as const;
export type AddressField = (typeof addressFields)[number];
