// For each status: the label of the chip, and the text that screen readers announce when the status changes.
export const statuses = {
  "current": { chip: "Current", change: "The token is now valid." },
  "expired": { chip: "Expired", change: "The token has expired." },
  "not-yet-valid": { chip: "Not yet valid", change: "The token is not valid yet." },
  "undated": { chip: "Dates unreadable" },
  "never-expires": { chip: "Never expires", change: "The token is now valid. It never expires." },
};
