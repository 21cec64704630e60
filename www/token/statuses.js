// What stands on the chip, and what is read out when it changes.
export const statuses = {
  "current": { chip: "Current", change: "The token is now valid." },
  "expired": { chip: "Expired", change: "The token has expired." },
  "not-yet-valid": { chip: "Not yet valid", change: "The token is not valid yet." },
  "undated": { chip: "Dates unreadable" },
  "never-expires": { chip: "Never expires", change: "The token is now valid. It never expires." },
};
