package config

import "strings"

// origin is where a configuration came from.
type origin struct {
	file    string
	lines   map[string]int // of its keys and sections
	environ []string
}

// place gives each problem the file and line of its key, or of the section where the key is missing, or the variable that sets it.
func (o origin) place(problems Problems) Problems {
	for i := range problems {
		p := &problems[i]
		if variable, ok := o.variable(p.Key); ok {
			p.File = "environment " + variable
			continue
		}
		p.File, p.Line = o.file, o.lines[p.Key]
		for section := p.Key; p.Line == 0 && section != ""; {
			section, _ = cutLast(section)
			p.Line = o.lines[section]
		}
	}
	return problems
}

// variable is the environment's that sets a key, if one does.
func (o origin) variable(key string) (name string, ok bool) {
	for _, e := range o.environ {
		if name, _, _ := strings.Cut(e, "="); name == envName(key) {
			return name, true
		}
	}
	return "", false
}
