package importer

// caught ends a goroutine of a run. A panic there, a mistake of ours, would
// end the process with Go's own exit code 2, which means "nothing was sent";
// Config.Crash ends it as what it is. Deferred; where no Crash is set the
// panic goes on untouched.
func caught(crash func(any)) {
	if crash == nil {
		return
	}
	if v := recover(); v != nil {
		crash(v)
	}
}
