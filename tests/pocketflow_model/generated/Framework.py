import sys
from typing import Callable, Any, TypeVar, NamedTuple
from math import floor
from itertools import count

import tests.pocketflow_model.generated.module_ as module_
import _dafny as _dafny
import System_ as System_
import tests.pocketflow_model.generated.PyValues as PyValues
import tests.pocketflow_model.generated.FlowGraph as FlowGraph

# Module: Framework

class default__:
    def  __init__(self):
        pass

    @staticmethod
    def Catchable(e):
        return (((((e).is_User) or ((e).is_TypeErr)) or ((e).is_RuntimeErr)) or ((e).is_WarnErr)) or ((e).is_StopIter)

    @staticmethod
    def At(w, o):
        if (o) < (len((w).objs)):
            return ((w).objs)[o]
        elif True:
            return FlowGraph.Obj_Obj(0, 1, 0, PyValues.Option_None(), 0)

    @staticmethod
    def Cell(w, c):
        if (c) < (len((w).cells)):
            return ((w).cells)[c]
        elif True:
            return PyValues.Val_VDict(_dafny.SeqWithoutIsStrInference([]))

    @staticmethod
    def Params(w, o):
        return default__.Cell(w, (default__.At(w, o)).cell)

    @staticmethod
    def Alloc(w, v):
        d_0_dt__update__tmp_h0_ = w
        d_1_dt__update_hcells_h0_ = ((w).cells) + (_dafny.SeqWithoutIsStrInference([v]))
        return World_World((d_0_dt__update__tmp_h0_).graph, (d_0_dt__update__tmp_h0_).objs, d_1_dt__update_hcells_h0_, (d_0_dt__update__tmp_h0_).raising, (d_0_dt__update__tmp_h0_).main, (d_0_dt__update__tmp_h0_).strict, (d_0_dt__update__tmp_h0_).notes)

    @staticmethod
    def Tell(w, x):
        d_0_dt__update__tmp_h0_ = w
        d_1_dt__update_hnotes_h0_ = ((w).notes) + (_dafny.SeqWithoutIsStrInference([x]))
        return World_World((d_0_dt__update__tmp_h0_).graph, (d_0_dt__update__tmp_h0_).objs, (d_0_dt__update__tmp_h0_).cells, (d_0_dt__update__tmp_h0_).raising, (d_0_dt__update__tmp_h0_).main, (d_0_dt__update__tmp_h0_).strict, d_1_dt__update_hnotes_h0_)

    @staticmethod
    def With(w, o, x):
        if (o) < (len((w).objs)):
            d_0_dt__update__tmp_h0_ = w
            d_1_dt__update_hobjs_h0_ = ((w).objs).set(o, x)
            return World_World((d_0_dt__update__tmp_h0_).graph, d_1_dt__update_hobjs_h0_, (d_0_dt__update__tmp_h0_).cells, (d_0_dt__update__tmp_h0_).raising, (d_0_dt__update__tmp_h0_).main, (d_0_dt__update__tmp_h0_).strict, (d_0_dt__update__tmp_h0_).notes)
        elif True:
            return w

    @staticmethod
    def Try(w, f, k):
        pat_let_tv0_ = k
        if ((f).sync) or ((w).main):
            def iife0_(_pat_let0_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let1_0):
                        def iife3_(d_1_dt__update_htries_h0_):
                            return FlowGraph.Obj_Obj((d_0_dt__update__tmp_h0_).cell, (d_0_dt__update__tmp_h0_).retries, (d_0_dt__update__tmp_h0_).wait, (d_0_dt__update__tmp_h0_).start, d_1_dt__update_htries_h0_)
                        return iife3_(_pat_let1_0)
                    return iife2_(pat_let_tv0_)
                return iife1_(_pat_let0_0)
            return default__.With(w, (f).o, iife0_(default__.At(w, (f).o)))
        elif True:
            return w

    @staticmethod
    def Tried(w, f, k):
        if ((f).sync) or ((w).main):
            return (default__.At(w, (f).o)).tries
        elif True:
            return k

    @staticmethod
    def Resume(w, st, o):
        source0_ = st
        if True:
            if source0_.is_Bottom:
                return Res_Res(w, Next_Fin(o))
        if True:
            d_0_f_ = source0_.top
            d_1_rest_ = source0_.rest
            source1_ = d_0_f_
            if True:
                if source1_.is_NodeF:
                    return default__.ResumeNode(w, d_0_f_, d_1_rest_, o)
            if True:
                if source1_.is_FlowF:
                    return default__.ResumeFlow(w, d_0_f_, d_1_rest_, o)
            if True:
                return Res_Res(w, Next_Back(d_1_rest_, o))

    @staticmethod
    def ResumeNode(w, f, rest, o):
        pat_let_tv0_ = o
        pat_let_tv1_ = o
        pat_let_tv2_ = o
        source0_ = (f).at
        if True:
            if source0_.is_Prep:
                if (o).is_Exc:
                    return default__.Resume(w, rest, o)
                elif True:
                    return default__.StartExec(w, f, rest, (o).v)
        if True:
            if source0_.is_Pull:
                d_0_p_ = source0_.p
                d_1_acc_ = source0_.acc
                if ((o).is_Exc) and (((o).e).is_StopIter):
                    return default__.Pulled(w, f, rest, d_0_p_, d_1_acc_)
                elif (o).is_Exc:
                    return default__.Resume(w, rest, o)
                elif ((FlowGraph.default__.Def((w).graph, (f).n)).kind).is_KAsyncParBatchNode:
                    def iife0_(_pat_let2_0):
                        def iife1_(d_2_dt__update__tmp_h0_):
                            def iife2_(_pat_let3_0):
                                def iife3_(d_3_dt__update_hat_h0_):
                                    return Frame_NodeF((d_2_dt__update__tmp_h0_).n, (d_2_dt__update__tmp_h0_).o, (d_2_dt__update__tmp_h0_).sync, d_3_dt__update_hat_h0_)
                                return iife3_(_pat_let3_0)
                            return iife2_(NodeAt_Pull(d_0_p_, (d_1_acc_) + (_dafny.SeqWithoutIsStrInference([(pat_let_tv0_).v]))))
                        return iife1_(_pat_let2_0)
                    return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
                elif True:
                    return default__.ExecNext(w, f, rest, d_0_p_, _dafny.SeqWithoutIsStrInference([(o).v]), d_1_acc_, False)
        if True:
            if source0_.is_Exec:
                d_4_p_ = source0_.p
                d_5_todo_ = source0_.todo
                d_6_acc_ = source0_.acc
                d_7_k_ = source0_.k
                d_8_turns_ = source0_.turns
                d_9_solo_ = source0_.solo
                if (o).is_Ret:
                    return default__.ExecNext(w, f, rest, d_4_p_, default__.Tail(d_5_todo_), (d_6_acc_) + (_dafny.SeqWithoutIsStrInference([(o).v])), d_9_solo_)
                elif (((FlowGraph.default__.Def((w).graph, (f).n)).kind).is_KBase) or (not(default__.Catchable((o).e))):
                    return default__.Resume(w, rest, o)
                elif (default__.Tried(w, f, d_7_k_)) == (((default__.At(w, (f).o)).retries) - (1)):
                    def iife4_(_pat_let4_0):
                        def iife5_(d_10_dt__update__tmp_h1_):
                            def iife6_(_pat_let5_0):
                                def iife7_(d_11_dt__update_hat_h1_):
                                    return Frame_NodeF((d_10_dt__update__tmp_h1_).n, (d_10_dt__update__tmp_h1_).o, (d_10_dt__update__tmp_h1_).sync, d_11_dt__update_hat_h1_)
                                return iife7_(_pat_let5_0)
                            return iife6_(NodeAt_Fallback(d_4_p_, d_5_todo_, d_6_acc_, (pat_let_tv1_).e, d_9_solo_))
                        return iife5_(_pat_let4_0)
                    return Res_Res(w, Next_Call(Stack_Push(iife4_(f), rest)))
                elif ((default__.At(w, (f).o)).wait) <= (0):
                    return default__.Again(w, f, rest, d_4_p_, d_5_todo_, d_6_acc_, (d_7_k_) + (1), d_8_turns_, d_9_solo_)
                elif (f).sync:
                    return default__.Again(default__.Tell(w, Note_Slept((default__.At(w, (f).o)).wait)), f, rest, d_4_p_, d_5_todo_, d_6_acc_, (d_7_k_) + (1), d_8_turns_, d_9_solo_)
                elif True:
                    def iife8_(_pat_let6_0):
                        def iife9_(d_12_dt__update__tmp_h2_):
                            def iife10_(_pat_let7_0):
                                def iife11_(d_13_dt__update_hat_h2_):
                                    return Frame_NodeF((d_12_dt__update__tmp_h2_).n, (d_12_dt__update__tmp_h2_).o, (d_12_dt__update__tmp_h2_).sync, d_13_dt__update_hat_h2_)
                                return iife11_(_pat_let7_0)
                            return iife10_(NodeAt_Nap(d_4_p_, d_5_todo_, d_6_acc_, (d_7_k_) + (1), d_8_turns_, d_9_solo_))
                        return iife9_(_pat_let6_0)
                    return Res_Res(default__.Tell(w, Note_Slept((default__.At(w, (f).o)).wait)), Next_Sleep(Stack_Push(iife8_(f), rest)))
        if True:
            if source0_.is_Fallback:
                d_14_p_ = source0_.p
                d_15_todo_ = source0_.todo
                d_16_acc_ = source0_.acc
                d_17_e_ = source0_.e
                d_18_solo_ = source0_.solo
                if (o).is_Exc:
                    return default__.Resume(w, rest, o)
                elif True:
                    return default__.ExecNext(w, f, rest, d_14_p_, default__.Tail(d_15_todo_), (d_16_acc_) + (_dafny.SeqWithoutIsStrInference([(o).v])), d_18_solo_)
        if True:
            if source0_.is_Nap:
                d_19_p_ = source0_.p
                d_20_todo_ = source0_.todo
                d_21_acc_ = source0_.acc
                d_22_k_ = source0_.k
                d_23_turns_ = source0_.turns
                d_24_solo_ = source0_.solo
                if (o).is_Exc:
                    return default__.Resume(w, rest, o)
                elif True:
                    return default__.Again(w, f, rest, d_19_p_, d_20_todo_, d_21_acc_, d_22_k_, d_23_turns_, d_24_solo_)
        if True:
            if source0_.is_Gather:
                d_25_p_ = source0_.p
                if (o).is_Exc:
                    return default__.Resume(w, rest, o)
                elif True:
                    def iife12_(_pat_let8_0):
                        def iife13_(d_26_dt__update__tmp_h3_):
                            def iife14_(_pat_let9_0):
                                def iife15_(d_27_dt__update_hat_h3_):
                                    return Frame_NodeF((d_26_dt__update__tmp_h3_).n, (d_26_dt__update__tmp_h3_).o, (d_26_dt__update__tmp_h3_).sync, d_27_dt__update_hat_h3_)
                                return iife15_(_pat_let9_0)
                            return iife14_(NodeAt_Post(d_25_p_, (pat_let_tv2_).v))
                        return iife13_(_pat_let8_0)
                    return Res_Res(w, Next_Call(Stack_Push(iife12_(f), rest)))
        if True:
            d_28_p_ = source0_.p
            d_29_r_ = source0_.r
            return default__.Resume(w, rest, o)

    @staticmethod
    def Tail(xs):
        if (len(xs)) > (0):
            return _dafny.SeqWithoutIsStrInference((xs)[1::])
        elif True:
            return _dafny.SeqWithoutIsStrInference([])

    @staticmethod
    def Again(w, f, rest, p, todo, acc, k, turns, solo):
        pat_let_tv0_ = p
        pat_let_tv1_ = todo
        pat_let_tv2_ = acc
        pat_let_tv3_ = k
        pat_let_tv4_ = turns
        pat_let_tv5_ = solo
        if (k) >= (turns):
            return default__.ExecNext(w, f, rest, p, default__.Tail(todo), (acc) + (_dafny.SeqWithoutIsStrInference([PyValues.Val_VNone()])), solo)
        elif True:
            def iife0_(_pat_let10_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let11_0):
                        def iife3_(d_1_dt__update_hat_h0_):
                            return Frame_NodeF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hat_h0_)
                        return iife3_(_pat_let11_0)
                    return iife2_(NodeAt_Exec(pat_let_tv0_, pat_let_tv1_, pat_let_tv2_, pat_let_tv3_, pat_let_tv4_, pat_let_tv5_))
                return iife1_(_pat_let10_0)
            return Res_Res(default__.Try(w, f, k), Next_Call(Stack_Push(iife0_(f), rest)))

    @staticmethod
    def StartExec(w, f, rest, p):
        pat_let_tv0_ = p
        d_0_kind_ = (FlowGraph.default__.Def((w).graph, (f).n)).kind
        if not(FlowGraph.default__.IsBatchNode(d_0_kind_)):
            return default__.ExecNext(w, f, rest, p, _dafny.SeqWithoutIsStrInference([p]), _dafny.SeqWithoutIsStrInference([]), False)
        elif (p).is_VGen:
            def iife0_(_pat_let12_0):
                def iife1_(d_1_dt__update__tmp_h0_):
                    def iife2_(_pat_let13_0):
                        def iife3_(d_2_dt__update_hat_h0_):
                            return Frame_NodeF((d_1_dt__update__tmp_h0_).n, (d_1_dt__update__tmp_h0_).o, (d_1_dt__update__tmp_h0_).sync, d_2_dt__update_hat_h0_)
                        return iife3_(_pat_let13_0)
                    return iife2_(NodeAt_Pull(pat_let_tv0_, _dafny.SeqWithoutIsStrInference([])))
                return iife1_(_pat_let12_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
        elif True:
            d_3_xs_ = (PyValues.Option_Some(_dafny.SeqWithoutIsStrInference([])) if ((d_0_kind_).is_KBatchNode) and (not(PyValues.default__.Truthy(p))) else PyValues.default__.Iter(p))
            if (d_3_xs_).is_None:
                return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
            elif (d_0_kind_).is_KAsyncParBatchNode:
                return default__.Fan(w, f, rest, p, (d_3_xs_).value)
            elif True:
                return default__.ExecNext(w, f, rest, p, (d_3_xs_).value, _dafny.SeqWithoutIsStrInference([]), False)

    @staticmethod
    def Pulled(w, f, rest, p, acc):
        pat_let_tv0_ = p
        pat_let_tv1_ = acc
        if ((FlowGraph.default__.Def((w).graph, (f).n)).kind).is_KAsyncParBatchNode:
            return default__.Fan(w, f, rest, p, acc)
        elif True:
            def iife0_(_pat_let14_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let15_0):
                        def iife3_(d_1_dt__update_hat_h0_):
                            return Frame_NodeF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hat_h0_)
                        return iife3_(_pat_let15_0)
                    return iife2_(NodeAt_Post(pat_let_tv0_, PyValues.Val_VList(pat_let_tv1_)))
                return iife1_(_pat_let14_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))

    @staticmethod
    def Fan(w, f, rest, p, items):
        pat_let_tv0_ = p
        pat_let_tv1_ = p
        if (len(items)) == (0):
            def iife0_(_pat_let16_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let17_0):
                        def iife3_(d_1_dt__update_hat_h0_):
                            return Frame_NodeF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hat_h0_)
                        return iife3_(_pat_let17_0)
                    return iife2_(NodeAt_Post(pat_let_tv0_, PyValues.Val_VList(_dafny.SeqWithoutIsStrInference([]))))
                return iife1_(_pat_let16_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
        elif True:
            d_2_ks_ = _dafny.SeqWithoutIsStrInference([Work_WItem((f).n, (f).o, (items)[d_3_i_]) for d_3_i_ in range(len(items))])
            def iife4_(_pat_let18_0):
                def iife5_(d_4_dt__update__tmp_h1_):
                    def iife6_(_pat_let19_0):
                        def iife7_(d_5_dt__update_hat_h1_):
                            return Frame_NodeF((d_4_dt__update__tmp_h1_).n, (d_4_dt__update__tmp_h1_).o, (d_4_dt__update__tmp_h1_).sync, d_5_dt__update_hat_h1_)
                        return iife7_(_pat_let19_0)
                    return iife6_(NodeAt_Gather(pat_let_tv1_))
                return iife5_(_pat_let18_0)
            return Res_Res(w, Next_Wait(Stack_Push(iife4_(f), rest), (d_2_ks_)[0], _dafny.SeqWithoutIsStrInference((d_2_ks_)[1::])))

    @staticmethod
    def ExecNext(w, f, rest, p, todo, acc, solo):
        pat_let_tv0_ = p
        pat_let_tv1_ = todo
        pat_let_tv2_ = acc
        pat_let_tv3_ = solo
        pat_let_tv4_ = p
        pat_let_tv5_ = acc
        pat_let_tv6_ = p
        pat_let_tv7_ = acc
        pat_let_tv8_ = acc
        d_0_kind_ = (FlowGraph.default__.Def((w).graph, (f).n)).kind
        d_1_turns_ = (default__.At(w, (f).o)).retries
        if (len(todo)) > (0):
            if ((d_1_turns_) <= (0)) and (not((d_0_kind_).is_KBase)):
                return default__.ExecNext(w, f, rest, p, _dafny.SeqWithoutIsStrInference((todo)[1::]), (acc) + (_dafny.SeqWithoutIsStrInference([PyValues.Val_VNone()])), solo)
            elif True:
                def iife0_(_pat_let20_0):
                    def iife1_(d_2_dt__update__tmp_h0_):
                        def iife2_(_pat_let21_0):
                            def iife3_(d_3_dt__update_hat_h0_):
                                return Frame_NodeF((d_2_dt__update__tmp_h0_).n, (d_2_dt__update__tmp_h0_).o, (d_2_dt__update__tmp_h0_).sync, d_3_dt__update_hat_h0_)
                            return iife3_(_pat_let21_0)
                        return iife2_(NodeAt_Exec(pat_let_tv0_, pat_let_tv1_, pat_let_tv2_, 0, d_1_turns_, pat_let_tv3_))
                    return iife1_(_pat_let20_0)
                return Res_Res(default__.Try(w, f, 0), Next_Call(Stack_Push(iife0_(f), rest)))
        elif solo:
            return default__.Resume(w, rest, Outcome_Ret(default__.First(acc)))
        elif (FlowGraph.default__.IsBatchNode(d_0_kind_)) and ((p).is_VGen):
            def iife4_(_pat_let22_0):
                def iife5_(d_4_dt__update__tmp_h1_):
                    def iife6_(_pat_let23_0):
                        def iife7_(d_5_dt__update_hat_h1_):
                            return Frame_NodeF((d_4_dt__update__tmp_h1_).n, (d_4_dt__update__tmp_h1_).o, (d_4_dt__update__tmp_h1_).sync, d_5_dt__update_hat_h1_)
                        return iife7_(_pat_let23_0)
                    return iife6_(NodeAt_Pull(pat_let_tv4_, pat_let_tv5_))
                return iife5_(_pat_let22_0)
            return Res_Res(w, Next_Call(Stack_Push(iife4_(f), rest)))
        elif True:
            def iife8_(_pat_let24_0):
                def iife9_(d_6_dt__update__tmp_h2_):
                    def iife10_(_pat_let25_0):
                        def iife11_(d_7_dt__update_hat_h2_):
                            return Frame_NodeF((d_6_dt__update__tmp_h2_).n, (d_6_dt__update__tmp_h2_).o, (d_6_dt__update__tmp_h2_).sync, d_7_dt__update_hat_h2_)
                        return iife11_(_pat_let25_0)
                    return iife10_(NodeAt_Post(pat_let_tv6_, (PyValues.Val_VList(pat_let_tv7_) if FlowGraph.default__.IsBatchNode(d_0_kind_) else default__.First(pat_let_tv8_))))
                return iife9_(_pat_let24_0)
            return Res_Res(w, Next_Call(Stack_Push(iife8_(f), rest)))

    @staticmethod
    def First(xs):
        if (len(xs)) > (0):
            return (xs)[0]
        elif True:
            return PyValues.Val_VNone()

    @staticmethod
    def Live(w, m):
        return ((m).is_Some) and ((FlowGraph.default__.Def((w).graph, (m).value)).truthy)

    @staticmethod
    def Open(w, m, o, sync):
        d_0_k_ = (FlowGraph.default__.Def((w).graph, m)).kind
        if FlowGraph.default__.IsFlow(d_0_k_):
            return PyValues.Option_Some(Frame_FlowF(m, o, (sync) or (not(FlowGraph.default__.IsAsync(d_0_k_))), FlowAt_FPrep()))
        elif (sync) and (FlowGraph.default__.IsAsync(d_0_k_)):
            return PyValues.Option_None()
        elif True:
            return PyValues.Option_Some(Frame_NodeF(m, o, (sync) or (not(FlowGraph.default__.IsAsync(d_0_k_))), NodeAt_Prep()))

    @staticmethod
    def ResumeFlow(w, f, rest, o):
        if ((o).is_Exc) and (not((((f).fat).is_FPull) and (((o).e).is_StopIter))):
            return default__.Resume(w, rest, o)
        elif True:
            source0_ = (f).fat
            if True:
                if source0_.is_FPrep:
                    if (o).is_Ret:
                        return default__.StartFlow(w, f, rest, (o).v)
                    elif True:
                        return default__.Resume(w, rest, o)
            if True:
                if source0_.is_FPull:
                    d_0_p_ = source0_.p
                    d_1_acc_ = source0_.acc
                    return default__.FlowPulled(w, f, rest, d_0_p_, d_1_acc_, o)
            if True:
                if source0_.is_Walk:
                    d_2_p_ = source0_.p
                    d_3_cur_ = source0_.cur
                    d_4_cell_ = source0_.cell
                    d_5_todo_ = source0_.todo
                    d_6_solo_ = source0_.solo
                    if (o).is_Ret:
                        return default__.Advance(w, f, rest, (o).v)
                    elif True:
                        return default__.Resume(w, rest, o)
            if True:
                if source0_.is_FGather:
                    d_7_p_ = source0_.p
                    def iife0_(_pat_let26_0):
                        def iife1_(d_8_dt__update__tmp_h0_):
                            def iife2_(_pat_let27_0):
                                def iife3_(d_9_dt__update_hfat_h0_):
                                    return Frame_FlowF((d_8_dt__update__tmp_h0_).n, (d_8_dt__update__tmp_h0_).o, (d_8_dt__update__tmp_h0_).sync, d_9_dt__update_hfat_h0_)
                                return iife3_(_pat_let27_0)
                            return iife2_(FlowAt_FPost(d_7_p_, PyValues.Val_VNone()))
                        return iife1_(_pat_let26_0)
                    return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
            if True:
                d_10_p_ = source0_.p
                d_11_r_ = source0_.r
                return default__.Resume(w, rest, o)

    @staticmethod
    def Together(w, f):
        return (((FlowGraph.default__.Def((w).graph, (f).n)).kind).is_KAsyncParBatchFlow) and (not((f).sync))

    @staticmethod
    def StartFlow(w, f, rest, p):
        pat_let_tv0_ = p
        pat_let_tv1_ = p
        pat_let_tv2_ = w
        d_0_start_ = (default__.At(w, (f).o)).start
        if not(FlowGraph.default__.IsBatchFlow((FlowGraph.default__.Def((w).graph, (f).n)).kind)):
            d_1_w1_ = default__.Alloc(w, default__.Params(w, (f).o))
            if not(default__.Live(w, d_0_start_)):
                def iife0_(_pat_let28_0):
                    def iife1_(d_2_dt__update__tmp_h0_):
                        def iife2_(_pat_let29_0):
                            def iife3_(d_3_dt__update_hfat_h0_):
                                return Frame_FlowF((d_2_dt__update__tmp_h0_).n, (d_2_dt__update__tmp_h0_).o, (d_2_dt__update__tmp_h0_).sync, d_3_dt__update_hfat_h0_)
                            return iife3_(_pat_let29_0)
                        return iife2_(FlowAt_FPost(pat_let_tv0_, PyValues.Val_VNone()))
                    return iife1_(_pat_let28_0)
                return Res_Res(d_1_w1_, Next_Call(Stack_Push(iife0_(f), rest)))
            elif True:
                def iife4_(_pat_let30_0):
                    def iife5_(d_4_dt__update__tmp_h1_):
                        def iife6_(_pat_let31_0):
                            def iife7_(d_5_dt__update_hfat_h1_):
                                return Frame_FlowF((d_4_dt__update__tmp_h1_).n, (d_4_dt__update__tmp_h1_).o, (d_4_dt__update__tmp_h1_).sync, d_5_dt__update_hfat_h1_)
                            return iife7_(_pat_let31_0)
                        return iife6_(FlowAt_Walk(pat_let_tv1_, (d_0_start_).value, len((pat_let_tv2_).cells), _dafny.SeqWithoutIsStrInference([]), False))
                    return iife5_(_pat_let30_0)
                return default__.Enter(d_1_w1_, iife4_(f), rest)
        elif True:
            d_6_pr_ = (p if PyValues.default__.Truthy(p) else PyValues.Val_VList(_dafny.SeqWithoutIsStrInference([])))
            if (d_6_pr_).is_VGen:
                def iife8_(_pat_let32_0):
                    def iife9_(d_7_dt__update__tmp_h2_):
                        def iife10_(_pat_let33_0):
                            def iife11_(d_8_dt__update_hfat_h2_):
                                return Frame_FlowF((d_7_dt__update__tmp_h2_).n, (d_7_dt__update__tmp_h2_).o, (d_7_dt__update__tmp_h2_).sync, d_8_dt__update_hfat_h2_)
                            return iife11_(_pat_let33_0)
                        return iife10_(FlowAt_FPull(d_6_pr_, _dafny.SeqWithoutIsStrInference([])))
                    return iife9_(_pat_let32_0)
                return Res_Res(w, Next_Call(Stack_Push(iife8_(f), rest)))
            elif True:
                d_9_xs_ = PyValues.default__.Iter(d_6_pr_)
                if (d_9_xs_).is_None:
                    return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
                elif default__.Together(w, f):
                    d_10_ms_ = PyValues.default__.MergeAll(default__.Params(w, (f).o), (d_9_xs_).value)
                    if (d_10_ms_).is_None:
                        return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
                    elif True:
                        return default__.FlowFan(w, f, rest, d_6_pr_, (d_10_ms_).value)
                elif True:
                    return default__.BatchNext(w, f, rest, d_6_pr_, (d_9_xs_).value)

    @staticmethod
    def FlowFan(w, f, rest, pr, ms):
        pat_let_tv0_ = pr
        pat_let_tv1_ = pr
        if (len(ms)) == (0):
            def iife0_(_pat_let34_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let35_0):
                        def iife3_(d_1_dt__update_hfat_h0_):
                            return Frame_FlowF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hfat_h0_)
                        return iife3_(_pat_let35_0)
                    return iife2_(FlowAt_FPost(pat_let_tv0_, PyValues.Val_VNone()))
                return iife1_(_pat_let34_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
        elif True:
            d_2_ks_ = _dafny.SeqWithoutIsStrInference([Work_WOrch((f).n, (f).o, (ms)[d_3_i_]) for d_3_i_ in range(len(ms))])
            def iife4_(_pat_let36_0):
                def iife5_(d_4_dt__update__tmp_h1_):
                    def iife6_(_pat_let37_0):
                        def iife7_(d_5_dt__update_hfat_h1_):
                            return Frame_FlowF((d_4_dt__update__tmp_h1_).n, (d_4_dt__update__tmp_h1_).o, (d_4_dt__update__tmp_h1_).sync, d_5_dt__update_hfat_h1_)
                        return iife7_(_pat_let37_0)
                    return iife6_(FlowAt_FGather(pat_let_tv1_))
                return iife5_(_pat_let36_0)
            return Res_Res(w, Next_Wait(Stack_Push(iife4_(f), rest), (d_2_ks_)[0], _dafny.SeqWithoutIsStrInference((d_2_ks_)[1::])))

    @staticmethod
    def FlowPulled(w, f, rest, pr, acc, o):
        pat_let_tv0_ = pr
        pat_let_tv1_ = pr
        pat_let_tv2_ = acc
        if (o).is_Exc:
            if default__.Together(w, f):
                return default__.FlowFan(w, f, rest, pr, acc)
            elif True:
                def iife0_(_pat_let38_0):
                    def iife1_(d_0_dt__update__tmp_h0_):
                        def iife2_(_pat_let39_0):
                            def iife3_(d_1_dt__update_hfat_h0_):
                                return Frame_FlowF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hfat_h0_)
                            return iife3_(_pat_let39_0)
                        return iife2_(FlowAt_FPost(pat_let_tv0_, PyValues.Val_VNone()))
                    return iife1_(_pat_let38_0)
                return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
        elif default__.Together(w, f):
            d_2_m_ = PyValues.default__.Merge(default__.Params(w, (f).o), (o).v)
            if (d_2_m_).is_None:
                return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
            elif True:
                def iife4_(_pat_let40_0):
                    def iife5_(d_3_dt__update__tmp_h1_):
                        def iife6_(_pat_let41_0):
                            def iife7_(d_4_dt__update_hfat_h1_):
                                return Frame_FlowF((d_3_dt__update__tmp_h1_).n, (d_3_dt__update__tmp_h1_).o, (d_3_dt__update__tmp_h1_).sync, d_4_dt__update_hfat_h1_)
                            return iife7_(_pat_let41_0)
                        return iife6_(FlowAt_FPull(pat_let_tv1_, (pat_let_tv2_) + (_dafny.SeqWithoutIsStrInference([(d_2_m_).value]))))
                    return iife5_(_pat_let40_0)
                return Res_Res(w, Next_Call(Stack_Push(iife4_(f), rest)))
        elif True:
            return default__.BatchNext(w, f, rest, pr, _dafny.SeqWithoutIsStrInference([(o).v]))

    @staticmethod
    def Enter(w, f, rest):
        pat_let_tv0_ = w
        pat_let_tv1_ = w
        pat_let_tv2_ = f
        pat_let_tv3_ = f
        def iife0_(_pat_let42_0):
            def iife1_(d_1_dt__update__tmp_h0_):
                def iife3_(_pat_let44_0):
                    def iife4_(d_2_dt__update__tmp_h1_):
                        def iife5_(_pat_let45_0):
                            def iife6_(d_3_dt__update_hcell_h0_):
                                return FlowGraph.Obj_Obj(d_3_dt__update_hcell_h0_, (d_2_dt__update__tmp_h1_).retries, (d_2_dt__update__tmp_h1_).wait, (d_2_dt__update__tmp_h1_).start, (d_2_dt__update__tmp_h1_).tries)
                            return iife6_(_pat_let45_0)
                        return iife5_(((pat_let_tv3_).fat).cell)
                    return iife4_(_pat_let44_0)
                def iife2_(_pat_let43_0):
                    def iife7_(d_4_dt__update_hobjs_h0_):
                        return World_World((d_1_dt__update__tmp_h0_).graph, d_4_dt__update_hobjs_h0_, (d_1_dt__update__tmp_h0_).cells, (d_1_dt__update__tmp_h0_).raising, (d_1_dt__update__tmp_h0_).main, (d_1_dt__update__tmp_h0_).strict, (d_1_dt__update__tmp_h0_).notes)
                    return iife7_(_pat_let43_0)
                return iife2_(((pat_let_tv0_).objs) + (_dafny.SeqWithoutIsStrInference([iife3_(default__.At(pat_let_tv1_, ((pat_let_tv2_).fat).cur))])))
            return iife1_(_pat_let42_0)
        d_0_w1_ = iife0_(w)
        d_5_g_ = default__.Open(d_0_w1_, ((f).fat).cur, len((w).objs), (f).sync)
        if (d_5_g_).is_None:
            return default__.Resume(w, rest, Outcome_Exc(Exn_RuntimeErr()))
        elif True:
            return Res_Res(d_0_w1_, Next_Call(Stack_Push((d_5_g_).value, Stack_Push(f, rest))))

    @staticmethod
    def BatchNext(w, f, rest, pr, todo):
        pat_let_tv0_ = pr
        pat_let_tv1_ = pr
        pat_let_tv2_ = pr
        pat_let_tv3_ = pr
        pat_let_tv4_ = w
        pat_let_tv5_ = todo
        if (len(todo)) == (0):
            def iife0_(_pat_let46_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let47_0):
                        def iife3_(d_1_dt__update_hfat_h0_):
                            return Frame_FlowF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hfat_h0_)
                        return iife3_(_pat_let47_0)
                    return iife2_((FlowAt_FPull(pat_let_tv0_, _dafny.SeqWithoutIsStrInference([])) if (pat_let_tv1_).is_VGen else FlowAt_FPost(pat_let_tv2_, PyValues.Val_VNone())))
                return iife1_(_pat_let46_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))
        elif True:
            d_2_m_ = PyValues.default__.Merge(default__.Params(w, (f).o), (todo)[0])
            d_3_start_ = (default__.At(w, (f).o)).start
            if (d_2_m_).is_None:
                return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
            elif not(default__.Live(w, d_3_start_)):
                return default__.BatchNext(default__.Alloc(w, (d_2_m_).value), f, rest, pr, _dafny.SeqWithoutIsStrInference((todo)[1::]))
            elif True:
                def iife4_(_pat_let48_0):
                    def iife5_(d_4_dt__update__tmp_h1_):
                        def iife6_(_pat_let49_0):
                            def iife7_(d_5_dt__update_hfat_h1_):
                                return Frame_FlowF((d_4_dt__update__tmp_h1_).n, (d_4_dt__update__tmp_h1_).o, (d_4_dt__update__tmp_h1_).sync, d_5_dt__update_hfat_h1_)
                            return iife7_(_pat_let49_0)
                        return iife6_(FlowAt_Walk(pat_let_tv3_, (d_3_start_).value, len((pat_let_tv4_).cells), _dafny.SeqWithoutIsStrInference((pat_let_tv5_)[1::]), False))
                    return iife5_(_pat_let48_0)
                return default__.Enter(default__.Alloc(w, (d_2_m_).value), iife4_(f), rest)

    @staticmethod
    def Advance(w, f, rest, a):
        pat_let_tv0_ = f
        d_0_succ_ = (FlowGraph.default__.Def((w).graph, ((f).fat).cur)).succ
        if ((w).strict) and (not(FlowGraph.default__.Drawn(a, FlowGraph.default__.Keys(d_0_succ_)))):
            return default__.Resume(default__.Tell(w, Note_Strayed((f).n, ((f).fat).cur, a)), rest, Outcome_Exc(Exn_Stray()))
        elif (PyValues.default__.Truthy(a)) and (not(PyValues.default__.Hashable(a))):
            return default__.Resume(w, rest, Outcome_Exc(Exn_TypeErr()))
        elif True:
            d_1_found_ = PyValues.default__.Lookup(d_0_succ_, (a if PyValues.default__.Truthy(a) else FlowGraph.default__.Default()))
            d_2_next_ = ((d_1_found_).value if (d_1_found_).is_Some else PyValues.Option_None())
            if default__.Live(w, d_2_next_):
                def iife0_(_pat_let50_0):
                    def iife1_(d_3_dt__update__tmp_h0_):
                        def iife3_(_pat_let52_0):
                            def iife4_(d_4_dt__update__tmp_h1_):
                                def iife5_(_pat_let53_0):
                                    def iife6_(d_5_dt__update_hcur_h0_):
                                        return FlowAt_Walk((d_4_dt__update__tmp_h1_).p, d_5_dt__update_hcur_h0_, (d_4_dt__update__tmp_h1_).cell, (d_4_dt__update__tmp_h1_).todo, (d_4_dt__update__tmp_h1_).solo)
                                    return iife6_(_pat_let53_0)
                                return iife5_((d_2_next_).value)
                            return iife4_(_pat_let52_0)
                        def iife2_(_pat_let51_0):
                            def iife7_(d_6_dt__update_hfat_h0_):
                                return Frame_FlowF((d_3_dt__update__tmp_h0_).n, (d_3_dt__update__tmp_h0_).o, (d_3_dt__update__tmp_h0_).sync, d_6_dt__update_hfat_h0_)
                            return iife7_(_pat_let51_0)
                        return iife2_(iife3_((pat_let_tv0_).fat))
                    return iife1_(_pat_let50_0)
                return default__.Enter(default__.Tell(w, Note_Took((f).n, ((f).fat).cur, a, FlowGraph.default__.Keys(d_0_succ_), (d_2_next_).value)), iife0_(f), rest)
            elif True:
                d_7_warns_ = ((len(d_0_succ_)) > (0)) and (not(((w).strict) and ((d_1_found_) == (PyValues.Option_Some(PyValues.Option_None())))))
                if (d_7_warns_) and ((w).raising):
                    return default__.Resume(w, rest, Outcome_Exc(Exn_WarnErr()))
                elif True:
                    return default__.End(default__.Tell((default__.Tell(w, Note_Warned(True)) if d_7_warns_ else w), Note_Ended((f).n, ((f).fat).cur, a, FlowGraph.default__.Keys(d_0_succ_))), f, rest, a)

    @staticmethod
    def End(w, f, rest, a):
        pat_let_tv0_ = f
        pat_let_tv1_ = a
        if ((f).fat).solo:
            return default__.Resume(w, rest, Outcome_Ret(a))
        elif FlowGraph.default__.IsBatchFlow((FlowGraph.default__.Def((w).graph, (f).n)).kind):
            return default__.BatchNext(w, f, rest, ((f).fat).p, ((f).fat).todo)
        elif True:
            def iife0_(_pat_let54_0):
                def iife1_(d_0_dt__update__tmp_h0_):
                    def iife2_(_pat_let55_0):
                        def iife3_(d_1_dt__update_hfat_h0_):
                            return Frame_FlowF((d_0_dt__update__tmp_h0_).n, (d_0_dt__update__tmp_h0_).o, (d_0_dt__update__tmp_h0_).sync, d_1_dt__update_hfat_h0_)
                        return iife3_(_pat_let55_0)
                    return iife2_(FlowAt_FPost(((pat_let_tv0_).fat).p, pat_let_tv1_))
                return iife1_(_pat_let54_0)
            return Res_Res(w, Next_Call(Stack_Push(iife0_(f), rest)))

    @staticmethod
    def Begin(w, n, sync, st):
        d_0_warns_ = (len((FlowGraph.default__.Def((w).graph, n)).succ)) > (0)
        if (d_0_warns_) and ((w).raising):
            return default__.Resume(w, st, Outcome_Exc(Exn_WarnErr()))
        elif True:
            d_1_w1_ = (default__.Tell(w, Note_Warned(False)) if d_0_warns_ else w)
            d_2_g_ = default__.Open(d_1_w1_, n, n, sync)
            if (d_2_g_).is_None:
                return default__.Resume(d_1_w1_, st, Outcome_Exc(Exn_RuntimeErr()))
            elif True:
                return Res_Res(d_1_w1_, Next_Call(Stack_Push((d_2_g_).value, st)))

    @staticmethod
    def StartWork(w, k):
        source0_ = k
        if True:
            if source0_.is_WRun:
                d_0_n_ = source0_.n
                d_1_sync_ = source0_.sync
                return default__.Begin(w, d_0_n_, d_1_sync_, Stack_Bottom())
        if True:
            if source0_.is_WItem:
                d_2_n_ = source0_.n
                d_3_o_ = source0_.o
                d_4_item_ = source0_.item
                return default__.ExecNext(w, Frame_NodeF(d_2_n_, d_3_o_, False, NodeAt_Prep()), Stack_Bottom(), PyValues.Val_VNone(), _dafny.SeqWithoutIsStrInference([d_4_item_]), _dafny.SeqWithoutIsStrInference([]), True)
        if True:
            d_5_n_ = source0_.n
            d_6_o_ = source0_.o
            d_7_params_ = source0_.params
            d_8_w1_ = default__.Alloc(w, (d_7_params_ if PyValues.default__.Truthy(d_7_params_) else default__.Params(w, d_6_o_)))
            d_9_start_ = (default__.At(w, d_6_o_)).start
            if not(default__.Live(w, d_9_start_)):
                return Res_Res(d_8_w1_, Next_Fin(Outcome_Ret(PyValues.Val_VNone())))
            elif True:
                return default__.Enter(d_8_w1_, Frame_FlowF(d_5_n_, d_6_o_, False, FlowAt_Walk(PyValues.Val_VNone(), (d_9_start_).value, len((w).cells), _dafny.SeqWithoutIsStrInference([]), True)), Stack_Bottom())

    @staticmethod
    def Really(w, st, o):
        if ((st).is_Bottom) or (((st).top).is_HandF):
            return o
        elif True:
            d_0_h_ = (FlowGraph.default__.Def((w).graph, ((st).top).n)).hooks
            source0_ = (st).top
            if True:
                if source0_.is_NodeF:
                    at0 = source0_.at
                    if at0.is_Prep:
                        if (d_0_h_).prep:
                            return o
                        elif True:
                            return Outcome_Ret(PyValues.Val_VNone())
            if True:
                if source0_.is_NodeF:
                    at1 = source0_.at
                    if at1.is_Exec:
                        if (d_0_h_).exec_:
                            return o
                        elif True:
                            return Outcome_Ret(PyValues.Val_VNone())
            if True:
                if source0_.is_NodeF:
                    at2 = source0_.at
                    if at2.is_Fallback:
                        d_1_e_ = at2.e
                        if (d_0_h_).fallback:
                            return o
                        elif True:
                            return Outcome_Exc(d_1_e_)
            if True:
                if source0_.is_NodeF:
                    at3 = source0_.at
                    if at3.is_Post:
                        if (d_0_h_).post:
                            return o
                        elif True:
                            return Outcome_Ret(PyValues.Val_VNone())
            if True:
                if source0_.is_FlowF:
                    fat0 = source0_.fat
                    if fat0.is_FPrep:
                        if (d_0_h_).prep:
                            return o
                        elif True:
                            return Outcome_Ret(PyValues.Val_VNone())
            if True:
                if source0_.is_FlowF:
                    d_2_n_ = source0_.n
                    fat1 = source0_.fat
                    if fat1.is_FPost:
                        d_3_r_ = fat1.r
                        if (d_0_h_).post:
                            return o
                        elif True:
                            return Outcome_Ret((PyValues.Val_VNone() if (((w).strict) and (((st).rest).is_Push)) and (not(FlowGraph.default__.Leaves((w).graph, d_2_n_, d_3_r_))) else d_3_r_))
            if True:
                return o


class Exn:
    @classmethod
    def default(cls, ):
        return lambda: Exn_User(int(0))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_User(self) -> bool:
        return isinstance(self, Exn_User)
    @property
    def is_UserBase(self) -> bool:
        return isinstance(self, Exn_UserBase)
    @property
    def is_TypeErr(self) -> bool:
        return isinstance(self, Exn_TypeErr)
    @property
    def is_RuntimeErr(self) -> bool:
        return isinstance(self, Exn_RuntimeErr)
    @property
    def is_WarnErr(self) -> bool:
        return isinstance(self, Exn_WarnErr)
    @property
    def is_StopIter(self) -> bool:
        return isinstance(self, Exn_StopIter)
    @property
    def is_Cancelled(self) -> bool:
        return isinstance(self, Exn_Cancelled)
    @property
    def is_Stopped(self) -> bool:
        return isinstance(self, Exn_Stopped)
    @property
    def is_Stray(self) -> bool:
        return isinstance(self, Exn_Stray)

class Exn_User(Exn, NamedTuple('User', [('id_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.User({_dafny.string_of(self.id_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_User) and self.id_ == __o.id_
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_UserBase(Exn, NamedTuple('UserBase', [('id_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.UserBase({_dafny.string_of(self.id_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_UserBase) and self.id_ == __o.id_
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_TypeErr(Exn, NamedTuple('TypeErr', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.TypeErr'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_TypeErr)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_RuntimeErr(Exn, NamedTuple('RuntimeErr', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.RuntimeErr'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_RuntimeErr)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_WarnErr(Exn, NamedTuple('WarnErr', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.WarnErr'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_WarnErr)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_StopIter(Exn, NamedTuple('StopIter', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.StopIter'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_StopIter)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_Cancelled(Exn, NamedTuple('Cancelled', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.Cancelled'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_Cancelled)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_Stopped(Exn, NamedTuple('Stopped', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.Stopped'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_Stopped)
    def __hash__(self) -> int:
        return super().__hash__()

class Exn_Stray(Exn, NamedTuple('Stray', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Exn.Stray'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Exn_Stray)
    def __hash__(self) -> int:
        return super().__hash__()


class Outcome:
    @classmethod
    def default(cls, ):
        return lambda: Outcome_Ret(PyValues.Val.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Ret(self) -> bool:
        return isinstance(self, Outcome_Ret)
    @property
    def is_Exc(self) -> bool:
        return isinstance(self, Outcome_Exc)

class Outcome_Ret(Outcome, NamedTuple('Ret', [('v', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Outcome.Ret({_dafny.string_of(self.v)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Outcome_Ret) and self.v == __o.v
    def __hash__(self) -> int:
        return super().__hash__()

class Outcome_Exc(Outcome, NamedTuple('Exc', [('e', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Outcome.Exc({_dafny.string_of(self.e)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Outcome_Exc) and self.e == __o.e
    def __hash__(self) -> int:
        return super().__hash__()


class Frame:
    @classmethod
    def default(cls, ):
        return lambda: Frame_NodeF(int(0), int(0), False, NodeAt.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_NodeF(self) -> bool:
        return isinstance(self, Frame_NodeF)
    @property
    def is_FlowF(self) -> bool:
        return isinstance(self, Frame_FlowF)
    @property
    def is_HandF(self) -> bool:
        return isinstance(self, Frame_HandF)

class Frame_NodeF(Frame, NamedTuple('NodeF', [('n', Any), ('o', Any), ('sync', Any), ('at', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Frame.NodeF({_dafny.string_of(self.n)}, {_dafny.string_of(self.o)}, {_dafny.string_of(self.sync)}, {_dafny.string_of(self.at)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Frame_NodeF) and self.n == __o.n and self.o == __o.o and self.sync == __o.sync and self.at == __o.at
    def __hash__(self) -> int:
        return super().__hash__()

class Frame_FlowF(Frame, NamedTuple('FlowF', [('n', Any), ('o', Any), ('sync', Any), ('fat', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Frame.FlowF({_dafny.string_of(self.n)}, {_dafny.string_of(self.o)}, {_dafny.string_of(self.sync)}, {_dafny.string_of(self.fat)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Frame_FlowF) and self.n == __o.n and self.o == __o.o and self.sync == __o.sync and self.fat == __o.fat
    def __hash__(self) -> int:
        return super().__hash__()

class Frame_HandF(Frame, NamedTuple('HandF', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Frame.HandF'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Frame_HandF)
    def __hash__(self) -> int:
        return super().__hash__()


class NodeAt:
    @classmethod
    def default(cls, ):
        return lambda: NodeAt_Prep()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Prep(self) -> bool:
        return isinstance(self, NodeAt_Prep)
    @property
    def is_Pull(self) -> bool:
        return isinstance(self, NodeAt_Pull)
    @property
    def is_Exec(self) -> bool:
        return isinstance(self, NodeAt_Exec)
    @property
    def is_Fallback(self) -> bool:
        return isinstance(self, NodeAt_Fallback)
    @property
    def is_Nap(self) -> bool:
        return isinstance(self, NodeAt_Nap)
    @property
    def is_Gather(self) -> bool:
        return isinstance(self, NodeAt_Gather)
    @property
    def is_Post(self) -> bool:
        return isinstance(self, NodeAt_Post)

class NodeAt_Prep(NodeAt, NamedTuple('Prep', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Prep'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Prep)
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Pull(NodeAt, NamedTuple('Pull', [('p', Any), ('acc', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Pull({_dafny.string_of(self.p)}, {_dafny.string_of(self.acc)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Pull) and self.p == __o.p and self.acc == __o.acc
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Exec(NodeAt, NamedTuple('Exec', [('p', Any), ('todo', Any), ('acc', Any), ('k', Any), ('turns', Any), ('solo', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Exec({_dafny.string_of(self.p)}, {_dafny.string_of(self.todo)}, {_dafny.string_of(self.acc)}, {_dafny.string_of(self.k)}, {_dafny.string_of(self.turns)}, {_dafny.string_of(self.solo)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Exec) and self.p == __o.p and self.todo == __o.todo and self.acc == __o.acc and self.k == __o.k and self.turns == __o.turns and self.solo == __o.solo
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Fallback(NodeAt, NamedTuple('Fallback', [('p', Any), ('todo', Any), ('acc', Any), ('e', Any), ('solo', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Fallback({_dafny.string_of(self.p)}, {_dafny.string_of(self.todo)}, {_dafny.string_of(self.acc)}, {_dafny.string_of(self.e)}, {_dafny.string_of(self.solo)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Fallback) and self.p == __o.p and self.todo == __o.todo and self.acc == __o.acc and self.e == __o.e and self.solo == __o.solo
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Nap(NodeAt, NamedTuple('Nap', [('p', Any), ('todo', Any), ('acc', Any), ('k', Any), ('turns', Any), ('solo', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Nap({_dafny.string_of(self.p)}, {_dafny.string_of(self.todo)}, {_dafny.string_of(self.acc)}, {_dafny.string_of(self.k)}, {_dafny.string_of(self.turns)}, {_dafny.string_of(self.solo)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Nap) and self.p == __o.p and self.todo == __o.todo and self.acc == __o.acc and self.k == __o.k and self.turns == __o.turns and self.solo == __o.solo
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Gather(NodeAt, NamedTuple('Gather', [('p', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Gather({_dafny.string_of(self.p)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Gather) and self.p == __o.p
    def __hash__(self) -> int:
        return super().__hash__()

class NodeAt_Post(NodeAt, NamedTuple('Post', [('p', Any), ('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.NodeAt.Post({_dafny.string_of(self.p)}, {_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, NodeAt_Post) and self.p == __o.p and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()


class FlowAt:
    @classmethod
    def default(cls, ):
        return lambda: FlowAt_FPrep()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_FPrep(self) -> bool:
        return isinstance(self, FlowAt_FPrep)
    @property
    def is_FPull(self) -> bool:
        return isinstance(self, FlowAt_FPull)
    @property
    def is_Walk(self) -> bool:
        return isinstance(self, FlowAt_Walk)
    @property
    def is_FGather(self) -> bool:
        return isinstance(self, FlowAt_FGather)
    @property
    def is_FPost(self) -> bool:
        return isinstance(self, FlowAt_FPost)

class FlowAt_FPrep(FlowAt, NamedTuple('FPrep', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.FlowAt.FPrep'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FlowAt_FPrep)
    def __hash__(self) -> int:
        return super().__hash__()

class FlowAt_FPull(FlowAt, NamedTuple('FPull', [('p', Any), ('acc', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.FlowAt.FPull({_dafny.string_of(self.p)}, {_dafny.string_of(self.acc)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FlowAt_FPull) and self.p == __o.p and self.acc == __o.acc
    def __hash__(self) -> int:
        return super().__hash__()

class FlowAt_Walk(FlowAt, NamedTuple('Walk', [('p', Any), ('cur', Any), ('cell', Any), ('todo', Any), ('solo', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.FlowAt.Walk({_dafny.string_of(self.p)}, {_dafny.string_of(self.cur)}, {_dafny.string_of(self.cell)}, {_dafny.string_of(self.todo)}, {_dafny.string_of(self.solo)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FlowAt_Walk) and self.p == __o.p and self.cur == __o.cur and self.cell == __o.cell and self.todo == __o.todo and self.solo == __o.solo
    def __hash__(self) -> int:
        return super().__hash__()

class FlowAt_FGather(FlowAt, NamedTuple('FGather', [('p', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.FlowAt.FGather({_dafny.string_of(self.p)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FlowAt_FGather) and self.p == __o.p
    def __hash__(self) -> int:
        return super().__hash__()

class FlowAt_FPost(FlowAt, NamedTuple('FPost', [('p', Any), ('r', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.FlowAt.FPost({_dafny.string_of(self.p)}, {_dafny.string_of(self.r)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, FlowAt_FPost) and self.p == __o.p and self.r == __o.r
    def __hash__(self) -> int:
        return super().__hash__()


class Stack:
    @classmethod
    def default(cls, ):
        return lambda: Stack_Bottom()
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Bottom(self) -> bool:
        return isinstance(self, Stack_Bottom)
    @property
    def is_Push(self) -> bool:
        return isinstance(self, Stack_Push)

class Stack_Bottom(Stack, NamedTuple('Bottom', [])):
    def __dafnystr__(self) -> str:
        return f'Framework.Stack.Bottom'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Stack_Bottom)
    def __hash__(self) -> int:
        return super().__hash__()

class Stack_Push(Stack, NamedTuple('Push', [('top', Any), ('rest', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Stack.Push({_dafny.string_of(self.top)}, {_dafny.string_of(self.rest)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Stack_Push) and self.top == __o.top and self.rest == __o.rest
    def __hash__(self) -> int:
        return super().__hash__()


class Note:
    @classmethod
    def default(cls, ):
        return lambda: Note_Warned(False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Warned(self) -> bool:
        return isinstance(self, Note_Warned)
    @property
    def is_Slept(self) -> bool:
        return isinstance(self, Note_Slept)
    @property
    def is_Took(self) -> bool:
        return isinstance(self, Note_Took)
    @property
    def is_Ended(self) -> bool:
        return isinstance(self, Note_Ended)
    @property
    def is_Strayed(self) -> bool:
        return isinstance(self, Note_Strayed)

class Note_Warned(Note, NamedTuple('Warned', [('ends', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Note.Warned({_dafny.string_of(self.ends)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Note_Warned) and self.ends == __o.ends
    def __hash__(self) -> int:
        return super().__hash__()

class Note_Slept(Note, NamedTuple('Slept', [('wait', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Note.Slept({_dafny.string_of(self.wait)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Note_Slept) and self.wait == __o.wait
    def __hash__(self) -> int:
        return super().__hash__()

class Note_Took(Note, NamedTuple('Took', [('flow', Any), ('cur', Any), ('a', Any), ('edges', Any), ('to', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Note.Took({_dafny.string_of(self.flow)}, {_dafny.string_of(self.cur)}, {_dafny.string_of(self.a)}, {_dafny.string_of(self.edges)}, {_dafny.string_of(self.to)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Note_Took) and self.flow == __o.flow and self.cur == __o.cur and self.a == __o.a and self.edges == __o.edges and self.to == __o.to
    def __hash__(self) -> int:
        return super().__hash__()

class Note_Ended(Note, NamedTuple('Ended', [('flow', Any), ('cur', Any), ('a', Any), ('edges', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Note.Ended({_dafny.string_of(self.flow)}, {_dafny.string_of(self.cur)}, {_dafny.string_of(self.a)}, {_dafny.string_of(self.edges)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Note_Ended) and self.flow == __o.flow and self.cur == __o.cur and self.a == __o.a and self.edges == __o.edges
    def __hash__(self) -> int:
        return super().__hash__()

class Note_Strayed(Note, NamedTuple('Strayed', [('flow', Any), ('cur', Any), ('a', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Note.Strayed({_dafny.string_of(self.flow)}, {_dafny.string_of(self.cur)}, {_dafny.string_of(self.a)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Note_Strayed) and self.flow == __o.flow and self.cur == __o.cur and self.a == __o.a
    def __hash__(self) -> int:
        return super().__hash__()


class World:
    @classmethod
    def default(cls, ):
        return lambda: World_World(_dafny.Seq({}), _dafny.Seq({}), _dafny.Seq({}), False, False, False, _dafny.Seq({}))
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_World(self) -> bool:
        return isinstance(self, World_World)

class World_World(World, NamedTuple('World', [('graph', Any), ('objs', Any), ('cells', Any), ('raising', Any), ('main', Any), ('strict', Any), ('notes', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.World.World({_dafny.string_of(self.graph)}, {_dafny.string_of(self.objs)}, {_dafny.string_of(self.cells)}, {_dafny.string_of(self.raising)}, {_dafny.string_of(self.main)}, {_dafny.string_of(self.strict)}, {_dafny.string_of(self.notes)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, World_World) and self.graph == __o.graph and self.objs == __o.objs and self.cells == __o.cells and self.raising == __o.raising and self.main == __o.main and self.strict == __o.strict and self.notes == __o.notes
    def __hash__(self) -> int:
        return super().__hash__()


class Work:
    @classmethod
    def default(cls, ):
        return lambda: Work_WRun(int(0), False)
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_WRun(self) -> bool:
        return isinstance(self, Work_WRun)
    @property
    def is_WItem(self) -> bool:
        return isinstance(self, Work_WItem)
    @property
    def is_WOrch(self) -> bool:
        return isinstance(self, Work_WOrch)

class Work_WRun(Work, NamedTuple('WRun', [('n', Any), ('sync', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Work.WRun({_dafny.string_of(self.n)}, {_dafny.string_of(self.sync)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Work_WRun) and self.n == __o.n and self.sync == __o.sync
    def __hash__(self) -> int:
        return super().__hash__()

class Work_WItem(Work, NamedTuple('WItem', [('n', Any), ('o', Any), ('item', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Work.WItem({_dafny.string_of(self.n)}, {_dafny.string_of(self.o)}, {_dafny.string_of(self.item)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Work_WItem) and self.n == __o.n and self.o == __o.o and self.item == __o.item
    def __hash__(self) -> int:
        return super().__hash__()

class Work_WOrch(Work, NamedTuple('WOrch', [('n', Any), ('o', Any), ('params', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Work.WOrch({_dafny.string_of(self.n)}, {_dafny.string_of(self.o)}, {_dafny.string_of(self.params)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Work_WOrch) and self.n == __o.n and self.o == __o.o and self.params == __o.params
    def __hash__(self) -> int:
        return super().__hash__()


class Next:
    @classmethod
    def default(cls, ):
        return lambda: Next_Call(Stack.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Call(self) -> bool:
        return isinstance(self, Next_Call)
    @property
    def is_Wait(self) -> bool:
        return isinstance(self, Next_Wait)
    @property
    def is_Sleep(self) -> bool:
        return isinstance(self, Next_Sleep)
    @property
    def is_Back(self) -> bool:
        return isinstance(self, Next_Back)
    @property
    def is_Fin(self) -> bool:
        return isinstance(self, Next_Fin)

class Next_Call(Next, NamedTuple('Call', [('st', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Next.Call({_dafny.string_of(self.st)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Next_Call) and self.st == __o.st
    def __hash__(self) -> int:
        return super().__hash__()

class Next_Wait(Next, NamedTuple('Wait', [('st', Any), ('first', Any), ('more', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Next.Wait({_dafny.string_of(self.st)}, {_dafny.string_of(self.first)}, {_dafny.string_of(self.more)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Next_Wait) and self.st == __o.st and self.first == __o.first and self.more == __o.more
    def __hash__(self) -> int:
        return super().__hash__()

class Next_Sleep(Next, NamedTuple('Sleep', [('st', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Next.Sleep({_dafny.string_of(self.st)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Next_Sleep) and self.st == __o.st
    def __hash__(self) -> int:
        return super().__hash__()

class Next_Back(Next, NamedTuple('Back', [('st', Any), ('o', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Next.Back({_dafny.string_of(self.st)}, {_dafny.string_of(self.o)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Next_Back) and self.st == __o.st and self.o == __o.o
    def __hash__(self) -> int:
        return super().__hash__()

class Next_Fin(Next, NamedTuple('Fin', [('o', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Next.Fin({_dafny.string_of(self.o)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Next_Fin) and self.o == __o.o
    def __hash__(self) -> int:
        return super().__hash__()


class Res:
    @classmethod
    def default(cls, ):
        return lambda: Res_Res(World.default()(), Next.default()())
    def __ne__(self, __o: object) -> bool:
        return not self.__eq__(__o)
    @property
    def is_Res(self) -> bool:
        return isinstance(self, Res_Res)

class Res_Res(Res, NamedTuple('Res', [('w', Any), ('next_', Any)])):
    def __dafnystr__(self) -> str:
        return f'Framework.Res.Res({_dafny.string_of(self.w)}, {_dafny.string_of(self.next_)})'
    def __eq__(self, __o: object) -> bool:
        return isinstance(__o, Res_Res) and self.w == __o.w and self.next_ == __o.next_
    def __hash__(self) -> int:
        return super().__hash__()

