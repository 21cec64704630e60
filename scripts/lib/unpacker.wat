;; The loop of npm/src/load/unpack.js, which holds this module's binary form. JavaScript writes three tables of 128 bytes
;; to the start of the memory, with a byte for each character: of a single character, and of a character after the first
;; and the second shift. A fourth table has the number of the table for the character after this one: 0 unless it is a
;; shift. The text stands behind the tables, and the bytes are written over it.
(module
  (memory (export "memory") 1)
  (func (export "unpack") (param $at i32) (param $end i32) (result i32)
    (local $to i32) (local $character i32) (local $table i32)
    (local.set $to (local.get $at))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (local.set $character (i32.load8_u (local.get $at)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $table (i32.load8_u offset=384 (local.get $character)))
          (if (local.get $table)
            (then
              (local.set $character (i32.load8_u (local.get $at)))
              (local.set $at (i32.add (local.get $at) (i32.const 1)))))
          (i32.store8 (local.get $to)
            (i32.load8_u (i32.add (i32.shl (local.get $table) (i32.const 7)) (local.get $character))))
          (local.set $to (i32.add (local.get $to) (i32.const 1)))
          (br $next))))
    (local.get $to)))
